import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { memoryTree } from '../../fileset/index.ts'
import { describeMissing, interpreterOf, missingInterpreter } from './missing-interpreter.ts'

describe('interpreterOf', () => {
  it('reads the loader of a dynamically linked program', () => {
    // This very Node is one, except on musl, where its loader has another name.
    expect(interpreterOf(readFileSync(process.execPath))).toMatch(/^\/lib.*\/ld-.*\.so/)
  })

  it('reads the interpreter of a script', () => {
    expect(interpreterOf(Buffer.from('#! /usr/bin/env node\n'))).toBe('/usr/bin/env')
  })

  it.each(['', 'text', '\x7fELF', `\x7fELF\x02\x01${'\0'.repeat(26)}\xff${'\xff'.repeat(40)}`])(
    'finds nothing in %j and does not fail',
    (text) => {
      expect(interpreterOf(Buffer.from(text, 'latin1'))).toBeUndefined()
    },
  )
})

describe('missingInterpreter', () => {
  const script = { content: '#!/bin/sh\n', mode: 0o755 }

  it('names an interpreter that the tree does not have', () => {
    expect(missingInterpreter(memoryTree({ run: script }), '/run')).toBe('/bin/sh')
    expect(missingInterpreter(memoryTree({ run: script, 'bin/sh': { content: '' } }), '/run')).toBeUndefined()
  })

  it('says what to do about a missing loader', () => {
    expect(describeMissing('/app', '/lib64/ld-linux-x86-64.so.2')).toContain('link it statically')
    expect(describeMissing('/app', '/lib/ld-musl-x86_64.so.1')).toContain('linked dynamically')
    expect(describeMissing('/run', '/bin/bash')).toBe('/run is to be run by /bin/bash, which is not there')
  })
})
