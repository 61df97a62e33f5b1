import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, lstatSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addUser, type OrdinaryUser } from '../kit/ordinary-user.ts'
import { runSlipway, scratchDir } from '../kit/slipway.ts'
import { openWorkbench, type Workbench } from '../kit/workbench.ts'

const root = process.getuid?.() === 0
if (!root) console.log('skipped: making users needs root')

const dockerfile = [
  'FROM bb AS build',
  'RUN mkdir -p /home/bob && chown bob:bob /home/bob && echo root > /by-root',
  'USER bob',
  'WORKDIR /home/bob',
  'RUN id -u > who && umask 077 && echo secret > private',
  'USER 50:50',
  'RUN id -u; id -g; cat /home/bob/private 2>/dev/null && exit 1; true',
  'FROM bb',
  'COPY --from=build --chown=bob:staff /by-root /by-root',
  'COPY --from=build /home/bob /home/bob',
  'RUN chown 65534:65534 /by-root && rm /etc/group && mkdir /made && stat -c "%n %u:%g %a" /by-root /home/bob/who /home/bob/private > /out',
].join('\n')
const expected = '/by-root 65534:65534 644\n/home/bob/who 1000:1000 644\n/home/bob/private 1000:1000 600\n'

describe.runIf(root)('an ordinary user with subordinate ids', () => {
  let user: OrdinaryUser
  let bench: Workbench
  beforeAll(async () => {
    user = addUser({ subordinate: true })
    bench = await openBenchOf(user)
  })
  afterAll(() => {
    bench?.remove()
    user?.remove()
  })

  test.each(['crun', 'embedded'])('builds stages with steps of several users by %s', async (isolation) => {
    const dest = path.join(bench.root, `out-${isolation}`)
    await bench.build(dockerfile, ['--no-cache', '--isolation', isolation, '-o', dest])
    expect(readFileSync(path.join(dest, 'out'), 'utf8')).toBe(expected)
  })

  test('gets the digest that root gets', async () => {
    const roots = await openWorkbench('rootless-root')
    try {
      const env = { SOURCE_DATE_EPOCH: '1700000000' }
      const ids = [path.join(bench.root, 'iid'), roots.place('iid')]
      await bench.build(dockerfile, ['--iidfile', ids[0] ?? ''], { env: { ...env, HOME: bench.root } })
      await roots.build(dockerfile, ['--iidfile', ids[1] ?? ''], { env })
      expect(readFileSync(ids[0] ?? '', 'utf8')).toBe(readFileSync(ids[1] ?? '', 'utf8'))
    } finally {
      roots.remove()
    }
  })

  test('owns the files that `-o DIRECTORY` writes', async () => {
    const dest = path.join(bench.root, 'local')
    await bench.build(dockerfile, ['-o', dest])
    expect(readFileSync(path.join(dest, 'out'), 'utf8')).toBe(expected)
    expect(lstatSync(path.join(dest, 'out')).uid).toBe(user.uid)
  })

  test('is told what files of subordinate ids take, and can prune them', async () => {
    const closed = 'RUN mkdir -m 700 /tmp/own && dd if=/dev/zero of=/tmp/own/file bs=1M count=2'
    await bench.build(`FROM bb\nUSER bob\n${closed}`, ['-t', 'closed'])
    const cache = (...args: string[]) =>
      runSlipway(['cache', ...args], { root: bench.root, uid: user.uid, gid: user.gid })
    const { bytes, kinds } = JSON.parse((await cache('du', '--json')).stdout)
    const work = kinds.find(({ kind }: { readonly kind: string }) => kind === 'Temporary files').bytes
    const du = ['-s', '-B1', `--exclude=${bench.root}/tmp`, bench.root]
    expect(bytes - work).toBe(Number(execFileSync('du', du, { encoding: 'utf8' }).split('\t')[0]))
    await runSlipway(['rm', 'closed'], { root: bench.root, uid: user.uid, gid: user.gid })
    expect((await cache('prune', '--all', '--images')).stdout).toMatch(/dd if=.*\n(.*\n)*Total: [\d.]+MB\n$/)
    expect(readdirSync(path.join(bench.root, 'tmp'))).toEqual([])
  })
})

describe.runIf(root)('an ordinary user without subordinate ids', () => {
  test('is told so, and can still run steps as root', async () => {
    const user = addUser({ subordinate: false })
    try {
      const bench = await openBenchOf(user)
      const run = await bench.tryBuild('FROM bb\nRUN id -u')
      bench.remove()
      expect(run.code).toBe(0)
      expect(run.stderr).toContain(
        `NOTE: only one user id can be used in RUN: no range for ${user.name} in /etc/subuid and /etc/subgid; run usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${user.name}\n`,
      )
    } finally {
      user.remove()
    }
  })
})

describe.runIf(root)('an id that no user database has', () => {
  const nobody = { uid: 12_345, gid: 12_345 }

  test('builds, and is named by its number', async () => {
    const bench = await openBenchOf({ ...nobody, name: '12345', remove: () => {} })
    try {
      const run = await bench.build('FROM bb\nRUN id -u')
      expect(run.stderr).toContain('no range for 12345 in /etc/subuid')
    } finally {
      bench.remove()
    }
  })

  test('is told to choose a store when it has no home', async () => {
    const { dir, remove } = scratchDir('homeless')
    try {
      chmodSync(dir, 0o755)
      const env = { HOME: dir, SLIPWAY_ROOT: '', XDG_DATA_HOME: '' }
      const { code, stderr } = await runSlipway(['images'], { ...nobody, root: '', cwd: '/', env })
      expect(code).toBe(4)
      expect(stderr).toContain(`cannot make the store ${dir}/.local/share/slipway: EACCES`)
      expect(stderr).toContain('hint: choose a place that can be written to with --root or SLIPWAY_ROOT')
    } finally {
      remove()
    }
  })
})

/** A bench whose store belongs to the user; contexts are made by root and can be read by everybody. */
async function openBenchOf(user: OrdinaryUser): Promise<Workbench> {
  const { dir, remove } = scratchDir('rootless')
  chownSync(dir, user.uid, user.gid)
  chmodSync(dir, 0o755)
  const bench = await openWorkbench('rootless', { root: dir, uid: user.uid, gid: user.gid, env: { HOME: dir } })
  return {
    ...bench,
    remove: () => {
      bench.remove()
      remove()
    },
  }
}
