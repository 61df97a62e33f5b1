import { describe, expect, test } from 'vitest'
import { openScreen } from './screen.ts'

function fakeTerminal(columns: number) {
  const listeners = new Set<() => void>()
  const terminal = {
    columns,
    rows: 10,
    written: '',
    write(text: string) {
      terminal.written += text
    },
    on: (_: 'resize', listener: () => void) => void listeners.add(listener),
    off: (_: 'resize', listener: () => void) => void listeners.delete(listener),
    listeners,
  }
  return terminal
}

describe('openScreen', () => {
  test('hides the cursor while it draws and shows it at the end', () => {
    const terminal = fakeTerminal(40)
    const screen = openScreen(terminal, () => undefined)
    screen.draw(['a'])
    expect(terminal.written).toContain('\u001b[?25l')
    expect(terminal.written).not.toContain('\u001b[?25h')
    screen.close(['b'])
    expect(terminal.written.endsWith('\u001b[?25h')).toBe(true)
  })

  test('goes up by the lines of the block before', () => {
    const terminal = fakeTerminal(40)
    const screen = openScreen(terminal, () => undefined)
    screen.draw(['a', 'b', 'c'])
    terminal.written = ''
    screen.draw(['d'])
    expect(terminal.written).toBe('\r\u001b[3Ad\u001b[K\n\u001b[J')
    screen.close([])
  })

  test('goes up further when a narrower terminal has wrapped the block', () => {
    const terminal = fakeTerminal(80)
    const screen = openScreen(terminal, () => undefined)
    screen.draw(['a', 'b'])
    terminal.columns = 40
    terminal.written = ''
    screen.draw(['c'])
    expect(terminal.written).toContain('\u001b[4A')
    screen.close([])
  })

  test('leaves no listener and draws nothing after it is closed', () => {
    const terminal = fakeTerminal(40)
    const before = process.listenerCount('exit')
    const screen = openScreen(terminal, () => undefined)
    screen.close(['end'])
    terminal.written = ''
    screen.draw(['late'])
    screen.close(['later'])
    expect(terminal.written).toBe('')
    expect(terminal.listeners.size).toBe(0)
    expect(process.listenerCount('exit')).toBe(before)
  })
})
