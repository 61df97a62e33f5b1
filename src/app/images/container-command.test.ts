import { describe, expect, it } from 'vitest'
import { containerCommand } from './container-command.ts'

const image = { Entrypoint: ['/e'], Cmd: ['c'], Env: ['A=1', 'B=2'], WorkingDir: '/w', User: 'u' }
const none = { command: [], env: [], hostname: 'h' }

describe('containerCommand', () => {
  it('is what the image says where nothing else is said', () => {
    expect(containerCommand(image, none)).toEqual({
      argv: ['/e', 'c'],
      env: ['A=1', 'B=2', 'HOSTNAME=h'],
      cwd: '/w',
      user: 'u',
    })
  })

  it('drops CMD with the entry point that it belonged to', () => {
    expect(containerCommand(image, { ...none, entrypoint: '/x' }).argv).toEqual(['/x'])
    expect(containerCommand(image, { ...none, entrypoint: '', command: ['y'] }).argv).toEqual(['y'])
    expect(() => containerCommand(image, { ...none, entrypoint: '' })).toThrow('nothing to run')
  })

  it('lets later variables win in the place of the first', () => {
    expect(containerCommand(image, { ...none, env: ['A=9', 'C='] }).env).toEqual(['A=9', 'B=2', 'HOSTNAME=h', 'C='])
  })

  it('refuses a relative working directory', () => {
    expect(() => containerCommand(image, { ...none, workdir: 'here' })).toThrow('not absolute')
    expect(containerCommand({ Cmd: ['c'] }, none).cwd).toBe('/')
  })
})
