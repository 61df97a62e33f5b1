import { describe, expect, it } from 'vitest'
import { memoryTree } from '../fileset/index.ts'
import { missingInterpreter } from './missing-interpreter.ts'
import { readShebang } from '../inventory/index.ts'

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
