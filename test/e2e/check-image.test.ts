import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withoutBusybox } from '../kit/busybox.ts'
import { type TreeSpec, writeTree } from '../kit/file-tree.ts'
import { runSlipway, slipway } from '../kit/slipway.ts'
import { openWorkbench, type Workbench } from '../kit/workbench.ts'

const missing = withoutBusybox()
if (missing !== undefined) console.warn(`checks of images are not tested: ${missing}`)

interface Report {
  readonly code: number | null
  readonly findings: readonly {
    readonly rule: string
    readonly line: number
    readonly severity: string
    readonly message: string
    readonly evidence: Readonly<Record<string, string | number>>
  }[]
  readonly errors: readonly { readonly code: string; readonly message: string; readonly hint?: string }[]
  readonly notes: readonly string[]
}

const heavy = [
  'FROM bb',
  'COPY . /app',
  'RUN chown -R 5:5 /app',
  'COPY large /srv/large',
  'RUN rm /srv/large',
  'CMD ["sh"]',
  '',
].join('\n')

const key = `-----BEGIN ${'OPENSSH'} PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\n-----END ${'OPENSSH'} PRIVATE KEY-----\n`
const faulty = [
  'FROM bb',
  'COPY --chmod=600 id_rsa /srv/id_rsa',
  'RUN head -c 2000000 /dev/urandom >/srv/data && chmod 600 /srv/data',
  'RUN rm /srv/data /srv/id_rsa',
  'RUN mkdir -p /root/.cache/pip && head -c 300000 /dev/urandom >/root/.cache/pip/wheel',
  'RUN cp /bin/sh /mount && chmod 4755 /mount && mkdir /open && chmod 777 /open',
  'ENTRYPOINT ["/srv/start"]',
  '',
].join('\n')
const imageRules =
  'broken-start-command,image-waste,package-residue-in-image,secret-file-in-layer,setuid-added,world-writable-added'

/** Of all processes; those that end meanwhile have none. */
function commandLines(): readonly string[] {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return processes.flatMap((name) => {
    try {
      return [readFileSync(`/proc/${name}/cmdline`, 'utf8')]
    } catch {
      return []
    }
  })
}

describe.skipIf(missing !== undefined)('slipway check with an image', () => {
  let bench: Workbench
  beforeAll(async () => {
    bench = await openWorkbench('check-image')
  })
  afterAll(() => bench.remove())

  const project = (files: TreeSpec): string => writeTree(mkdtempSync(path.join(bench.dir, 'project-')), files)
  async function check(where: string, ...args: readonly string[]): Promise<Report> {
    const { stdout, stderr, code } = await runSlipway(['check', '--format=json', ...args, where], { root: bench.root })
    if (stdout === '') throw new Error(stderr)
    return { code, ...(JSON.parse(stdout) as Omit<Report, 'code'>) }
  }

  test('prices findings in the image that the same text has made, as history counts, and ranks them', async () => {
    const where = project({ Dockerfile: heavy, small: 'x'.repeat(40_000), large: 'y'.repeat(3_000_000) })
    const rules = '--rule=context-copied-to-final,chown-duplicates-layer,cleanup-in-later-layer'
    const before = await check(where, rules)
    expect(before.findings.map(({ line, evidence }) => [line, evidence['diskBytes']])).toEqual([
      [2, undefined],
      [3, undefined],
      [5, undefined],
    ])
    await slipway(['build', '-t', 'heavy', '-o', `type=oci,dest=${bench.place('heavy.tar')}`, where], {
      root: bench.root,
    })
    const listed = await slipway(
      ['history', '--format', '{{.Source}} {{.Size}} {{.Transfer}}', '--human=false', 'heavy'],
      {
        root: bench.root,
      },
    )
    const layers = new Map(
      [...listed.matchAll(/:(\d+) (\d+) (\d+)$/gm)].map(([, line, disk, wire]) => [
        Number(line),
        { diskBytes: Number(disk), transferBytes: Number(wire) },
      ]),
    )
    const { findings } = await check(where, rules)
    expect(layers.get(2)?.diskBytes).toBe(3_040_000 + heavy.length)
    // Lines 2 and 3 weigh the same and stay in the order of the file; line 5 hides what line 4 has brought.
    expect(findings.map(({ rule, line }) => `${rule} ${line}`)).toEqual([
      'context-copied-to-final 2',
      'chown-duplicates-layer 3',
      'cleanup-in-later-layer 5',
    ])
    expect(findings.map(({ evidence }) => evidence)).toMatchObject([layers.get(2), layers.get(3), layers.get(4)])
    expect(findings[2]?.message).toMatch(/: 3MB disk, [\d.]+kB transfer, by line 4, deleted by line 5$/)
    expect((await check(where, rules, '--image', 'heavy')).findings).toEqual(findings)
    writeTree(where, { Dockerfile: `${heavy}# changed\n` })
    expect((await check(where, rules)).findings.some(({ evidence }) => 'diskBytes' in evidence)).toBe(false)
  })

  test('puts the dearest of equally grave findings first', async () => {
    const text = 'FROM bb\nCOPY small /srv/\nRUN rm /srv/small\nCOPY large /srv/\nRUN rm /srv/large\nCMD ["sh"]\n'
    const where = project({ Dockerfile: text, small: 'x'.repeat(40_000), large: 'y'.repeat(500_000) })
    const lines = async (): Promise<readonly number[]> =>
      (await check(where, '--rule=cleanup-in-later-layer')).findings.map(({ line }) => line)
    expect(await lines()).toEqual([3, 5])
    await slipway(['build', where], { root: bench.root })
    expect(await lines()).toEqual([5, 3])
  })

  test('finds in the image what no text tells, with --level build and then with --level image', async () => {
    const where = project({ Dockerfile: faulty, id_rsa: key })
    const rule = `--rule=${imageRules}`
    const unbuilt = await check(where, rule, '--level=image')
    expect([unbuilt.code, unbuilt.findings]).toEqual([2, []])
    expect(unbuilt.errors[0]).toMatchObject({
      code: 'image-not-found',
      message: expect.stringContaining('no image was built here of exactly this text'),
      hint: expect.stringContaining('--level build'),
    })
    const built = await check(where, rule, '--level=build')
    expect(built.errors).toEqual([])
    expect(built.findings.map(({ rule: id, line }) => `${id} ${line}`)).toEqual([
      'secret-file-in-layer 2',
      'broken-start-command 7',
      'image-waste 4',
      'package-residue-in-image 5',
      'world-writable-added 6',
      'setuid-added 6',
    ])
    const [secret, start, waste, residue, open, setuid] = built.findings.map(({ message }) => message)
    expect(secret).toMatch(/a private key: \/srv\/id_rsa .*; line 4 deletes it, and this layer still has it$/)
    expect(start).toBe('the container cannot start: there is no /srv/start in the image')
    expect(waste).toMatch(/^line 4 deletes 2.0 MB that line 3 has written \(\/srv\/data\)/)
    expect(residue).toBe('line 5 leaves the cache of pip in the image: 300 KB in /root/.cache/pip')
    expect(open).toBe('line 6 leaves one path that everybody may write: /open')
    expect(setuid).toBe('line 6 adds a program with the setuid or setgid bit: /mount')
    const again = await check(where, rule, '--level=image')
    expect(again.findings).toEqual(built.findings)
    expect(again.notes).toEqual([])
  })

  test('gives a step of its own build the secret of --secret', async () => {
    const run = 'RUN --mount=type=secret,id=token,required=true wc -c </run/secrets/token >/open && chmod 666 /open'
    const where = project({
      Dockerfile: `FROM bb\n${run}\nCMD ["sh"]\n`,
      '.dockerignore': 'token\n',
      token: 'x'.repeat(41),
    })
    const rule = '--rule=world-writable-added,secret-file-in-layer'
    const without = await check(where, rule, '--level=build')
    expect(without.code).not.toBe(0)
    expect(without.findings).toEqual([])
    const secret = `--secret=id=token,src=${path.join(where, 'token')}`
    const { errors, findings } = await check(where, rule, '--level=build', secret)
    expect(errors).toEqual([])
    expect(findings.map(({ rule: id, line }) => `${id} ${line}`)).toEqual(['world-writable-added 2'])
  })

  test('starts what it has built with --level run, tells how it fails, and nothing of what ends well', async () => {
    const command = (text: string): string => `FROM bb\nENV SIZE=7\nCMD ["sh", "-c", ${JSON.stringify(text)}]\n`
    const failing = command('echo size $SIZE; cat /proc/net/route | wc -l; echo see http://me:word@host/ >&2; exit 3')
    const where = project({ Dockerfile: failing })
    const rule = '--rule=start-command-fails'
    const { code, findings, errors } = await check(where, rule, '--level=run')
    expect(errors).toEqual([])
    expect(findings).toMatchObject([{ line: 3, severity: 'error', evidence: { exitCode: 3 } }])
    expect(findings[0]?.message).toMatch(/exit code 3: .* says\n {2}size 7\n {2}1\n {2}see http:\/\/xxxxx@host\/$/)
    expect(code).toBe(1)
    // Settings start nothing: the next level is still offered.
    writeTree(where, { 'slipway.yaml': 'check: { level: run }\n' })
    expect(await check(where, rule)).toMatchObject({
      findings: [],
      notes: [expect.stringMatching(/^1 more rule looks at how the container starts: --level run$/)],
    })
    writeTree(where, { Dockerfile: command('read line; test -z "$line" && echo fine') })
    expect(await check(where, rule, '--level=run')).toMatchObject({ code: 0, findings: [], notes: [] })
    writeTree(where, { Dockerfile: 'FROM bb\nCMD ["/srv/none"]\n' })
    const missing = await check(where, `${rule},broken-start-command`, '--level=run')
    expect(missing.findings.map(({ rule: id }) => id)).toEqual(['broken-start-command'])
  })

  test('starts the image that --image names', async () => {
    const where = project({ Dockerfile: 'FROM bb\nCMD ["sh", "-c", "exit 4"]\n' })
    await slipway(['build', '-t', 'ends-badly', where], { root: bench.root })
    writeTree(where, { Dockerfile: 'FROM bb\nCMD ["sh", "-c", "exit 0"]\n' })
    const { findings, code } = await check(where, '--rule=start-command-fails', '--level=run', '--image=ends-badly')
    expect(findings).toMatchObject([{ line: 2, evidence: { command: 'sh -c exit 4', exitCode: 4 } }])
    expect(code).toBe(1)
  })

  test('kills what goes on for ten seconds, and has nothing to say of it', async () => {
    const long = String(86_400 + process.pid)
    const where = project({ Dockerfile: `FROM bb\nCMD ["sleep", "${long}"]\n` })
    const { code, findings, errors } = await check(where, '--rule=start-command-fails', '--level=run')
    expect({ code, findings, errors }).toEqual({ code: 0, findings: [], errors: [] })
    expect(commandLines().filter((line) => line.includes(long))).toEqual([])
  })

  test('says what the next level could tell, and leaves no store where there is none', async () => {
    const where = project({ Dockerfile: 'FROM bb\nCMD ["sh"]\n' })
    const root = path.join(bench.dir, 'no-store')
    const { stdout } = await runSlipway(['check', where], { root })
    expect(stdout).toMatch(/\d+ more rules look at the image that is built: --level build/)
    expect(existsSync(root)).toBe(false)
    const { notes } = await check(where, '--rule=broken-start-command')
    expect(notes).toEqual([expect.stringMatching(/^1 more rule looks at the image/)])
  })
})
