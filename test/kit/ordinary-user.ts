import { execFileSync } from 'node:child_process'

/** A user of this machine for the time of a test; making one takes root. */
export interface OrdinaryUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
  remove(): void
}

/** Makes a user, with or without a range of subordinate ids. */
export function addUser({ subordinate }: { readonly subordinate: boolean }): OrdinaryUser {
  const name = `slipway-${process.pid % 10_000}-${subordinate ? 's' : 'n'}`
  execFileSync('useradd', ['--no-create-home', '--shell', '/bin/sh', name], { stdio: 'ignore' })
  const ids = (flag: string): number => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }))
  const uid = ids('-u')
  // useradd gives ranges to ordinary users or not, as the machine is set up: say it plainly.
  const range = '2000000000-2000065535'
  const ranges = ['--del-subuids', '0-4294967294', '--del-subgids', '0-4294967294']
  execFileSync('usermod', [...ranges, name], { stdio: 'ignore' })
  if (subordinate) execFileSync('usermod', ['--add-subuids', range, '--add-subgids', range, name], { stdio: 'ignore' })
  return {
    name,
    uid,
    gid: ids('-g'),
    remove: () => execFileSync('userdel', [name], { stdio: 'ignore' }),
  }
}
