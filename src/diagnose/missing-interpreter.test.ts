import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { memoryTree } from '../fileset/index.ts'
import { isStatic, readElf, readShebang } from './elf.ts'
import { missingInterpreter } from './missing-interpreter.ts'

describe('readElf', () => {
  it('reads machine and loader of a dynamically linked program', () => {
    // This very Node is one, except on musl, where its loader has another name.
    const facts = readElf(readFileSync(process.execPath))
    expect(facts?.interpreter).toMatch(/^\/lib.*\/ld-.*\.so/)
    expect(facts?.architecture).toBe({ x64: 'amd64', arm64: 'arm64' }[process.arch as string])
  })

  it.each(['', 'text', '\x7fELF', `#!/bin/sh\n${' '.repeat(80)}`])('finds nothing in %j', (text) => {
    expect(readElf(Buffer.from(text, 'latin1'))).toBeUndefined()
    expect(isStatic(Buffer.from(text, 'latin1'))).toBe(false)
  })

  it('survives a header that points out of the file', () => {
    const file = Buffer.from(`\x7fELF\x02\x01${'\0'.repeat(26)}\xff${'\xff'.repeat(40)}`, 'latin1')
    expect(readElf(file)).toEqual({ architecture: 'machine 0x0' })
  })
})

describe('readShebang', () => {
  it('reads the interpreter of a script with its argument', () => {
    expect(readShebang(Buffer.from('#! /usr/bin/env node\n'))).toEqual(['/usr/bin/env', 'node'])
    expect(readShebang(Buffer.from('#!/bin/bash\r\necho\r\n'))).toEqual(['/bin/bash\r'])
    expect(readShebang(Buffer.from('echo #!/bin/sh\n'))).toBeUndefined()
  })
})

describe('missingInterpreter', () => {
  const script = { content: '#!/bin/sh\n', mode: 0o755 }

  it('names an interpreter that the tree does not have', () => {
    expect(missingInterpreter(memoryTree({ run: script }), '/run')).toEqual({ kind: 'script', path: '/bin/sh' })
    expect(missingInterpreter(memoryTree({ run: script, 'bin/sh': { content: '' } }), '/run')).toBeUndefined()
  })
})
