import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

export interface CountedProgram {
  /** For a PATH: holds the program under its own name and nothing else. */
  readonly directory: string
  /** Bytes that each `load` since the last question was given. */
  loads(): readonly number[]
}

/** A program in front of docker or podman that counts what it is given to load; `args` go before those of each call. */
export function countedProgram(directory: string, name: string, args: readonly string[] = []): CountedProgram {
  mkdirSync(directory, { recursive: true })
  const real = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim()
  const given = path.join(directory, 'given')
  const sizes = path.join(directory, 'sizes')
  const call = [real, ...args].map((word) => `'${word}'`).join(' ')
  const lines = [
    '#!/bin/sh',
    `PATH='${process.env['PATH']}'`,
    `case " $* " in *' load '*) cat >'${given}'; wc -c <'${given}' >>'${sizes}'; exec ${call} "$@" <'${given}';; esac`,
    `exec ${call} "$@"`,
  ]
  const script = path.join(directory, name)
  writeFileSync(script, `${lines.join('\n')}\n`)
  chmodSync(script, 0o755)
  return {
    directory,
    loads() {
      if (!existsSync(sizes)) return []
      const counted = readFileSync(sizes, 'utf8').trim().split('\n').map(Number)
      rmSync(sizes)
      return counted
    },
  }
}
