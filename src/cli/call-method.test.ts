import { describe, expect, it } from 'vitest'
import { readCall } from './call-method.ts'

describe('readCall', () => {
  it.each([
    ['build', false, 'build', false],
    ['', false, 'build', false],
    ['build', true, 'check', false],
    ['check', false, 'check', false],
    ['lint,format=json', true, 'check', true],
    ['outline,format=text', false, 'outline', false],
    ['targets,format=json', false, 'targets', true],
  ] as const)('reads --call=%s with --check=%s', (text, check, method, json) => {
    expect(readCall(text, check)).toEqual({ method, json, ignoreStatus: false })
  })

  it.each([
    ['check,ignorestatus', true],
    ['check,ignorestatus=true', true],
    ['check,ignorestatus=false', false],
  ])('reads %s', (text, ignoreStatus) => {
    expect(readCall(text, false).ignoreStatus).toBe(ignoreStatus)
  })

  it.each([
    ['outline', true, 'ask for different things'],
    ['describe', false, 'no method "describe"'],
    ['check,format=yaml', false, '"format=yaml" is no option'],
  ])('refuses --call=%s with --check=%s', (text, check, message) => {
    expect(() => readCall(text, check)).toThrow(message)
  })
})
