import { chmodSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BlameReport } from '../../src/app/index.ts'
import { busyboxTar, withoutBusybox } from '../kit/busybox.ts'
import { writeTree } from '../kit/file-tree.ts'
import { addUser } from '../kit/ordinary-user.ts'
import { startRegistry } from '../kit/registry.ts'
import { runSlipway, scratchDir, slipway } from '../kit/slipway.ts'

const scratch = scratchDir('blame')
const root = path.join(scratch.dir, 'store')
const env = { BUILDKIT_PROGRESS: 'quiet' }
const own = { root, env, cwd: scratch.dir }
const ok = (...args: string[]): Promise<string> => slipway(args, own)
const noBusybox = withoutBusybox()
if (noBusybox !== undefined) console.warn(`blame: skipped, ${noBusybox}`)

const dockerfile = `FROM base AS build
WORKDIR /src
COPY src .
RUN mkdir -p /out/bin && echo made > /out/bin/app && ln -s app /out/bin/link && touch /src/lib/late

FROM base AS assets
COPY --from=build /src/lib /assets
RUN echo more > /assets/more

FROM base
COPY --from=build /out /opt
COPY --from=assets /assets /srv/assets
COPY config.json /etc/app.json
ADD --chmod=600 config.json src/main.c /many/
COPY <<EOF /etc/motto
hello
EOF
RUN rm /www/index.html
`

const files = { 'src/main.c': 'int main;', 'src/lib/a': 'aa', 'config.json': '{}' }

/** `kind line text` of each step, the path of the last one behind it. */
function chain({ path: blamed }: BlameReport): readonly string[] {
  return (blamed?.steps ?? []).map(({ kind, line, path: at }) =>
    [kind, line, at].filter((one) => one !== undefined).join(' '),
  )
}

async function blame(file: string, options = own, image = 'app'): Promise<BlameReport> {
  return JSON.parse(await slipway(['blame', '--json', image, file], options)) as BlameReport
}

describe.skipIf(noBusybox !== undefined)('slipway blame', () => {
  beforeAll(async () => {
    await ok('import', busyboxTar(scratch.dir), 'base')
    writeTree(path.join(scratch.dir, 'app'), { ...files, Dockerfile: dockerfile })
    await ok('build', '-t', 'app', 'app')
  })
  afterAll(() => scratch.remove())

  test.each([
    ['/opt/bin/app', ['copy 11', 'run 4 out/bin/app']],
    ['opt/bin/link', ['copy 11', 'run 4 out/bin/link']],
    ['/srv/assets/a', ['copy 12', 'copy 7', 'copy 3', 'context src/lib/a']],
    ['/srv/assets/late', ['copy 12', 'copy 7', 'run 4 src/lib/late']],
    ['/srv/assets/more', ['copy 12', 'run 8 assets/more']],
    ['/etc/app.json', ['copy 13', 'context config.json']],
    ['/many/main.c', ['copy 14', 'context src/main.c']],
    ['/etc/motto', ['copy 15']],
    ['/etc/passwd', ['base 10']],
  ])('follows %s to where it was made', async (file, steps) => {
    expect(chain(await blame(file))).toEqual(steps)
  })

  test('shows the way of a file, and the whole image by what made it', async () => {
    expect(await ok('blame', 'app', '/opt/bin/app')).toBe(`/opt/bin/app  5B
  app/Dockerfile:11   stage-2   COPY --from=build /out /opt
  app/Dockerfile:4    build     RUN mkdir -p /out/bin && echo made > /out/bin/app && ln -s app /out/bin/link && touch /src/lib/late, as /out/bin/app
`)
    const lines = (await ok('blame', 'app')).split('\n').map((line) => line.trim().replace(/ {2,}/g, ' | '))
    expect(lines).toContainEqual(
      expect.stringContaining('5B | 2 | app/Dockerfile:4 → app/Dockerfile:11 | build | RUN mkdir -p'),
    )
    expect(lines).toContain('2B | 1 | context → app/Dockerfile:13 | the context | /etc/app.json')
    const { shares } = JSON.parse(await ok('blame', '--json', 'app', '/srv')) as BlameReport
    expect(shares.map(({ files: count, bytes }) => [count, bytes])).toEqual([
      [1, 5],
      [1, 2],
      [1, 0],
    ])
  })

  test('says who removed a path, and what a name may have meant', async () => {
    const gone = await runSlipway(['blame', 'app', '/www/index.html'], own)
    expect(gone).toMatchObject({ code: 2, stdout: '' })
    expect(gone.stderr).toContain('/www/index.html is not in app: app/Dockerfile:18 removed it')
    expect(gone.stderr).toContain('its bytes are still in the image, in the layer of the base')
    const typo = await runSlipway(['blame', 'app', '/etc/passwt'], own)
    expect(typo.stderr).toContain('/etc/passwt is not in app')
    expect(typo.stderr).toContain('passwd')
  })

  test('knows the lines of the last build, also where every layer was cached', async () => {
    writeTree(path.join(scratch.dir, 'moved'), { ...files, Dockerfile: `# a comment\n\n${dockerfile}` })
    await ok('build', '-t', 'moved', 'moved')
    expect(chain(await blame('/srv/assets/late', own, 'moved'))).toEqual(['copy 14', 'copy 9', 'run 6 src/lib/late'])
  })

  test('still knows them when the steps of the build are gone', async () => {
    await ok('cache', 'prune', '--all', '--force')
    expect(chain(await blame('/srv/assets/late', own, 'moved'))).toEqual(['copy 14', 'copy 9', 'run 6 src/lib/late'])
  })

  test('travels with the image when it is attached, through archives and registries', async () => {
    const registry = await startRegistry()
    const name = `${registry.host}/app:1`
    try {
      await ok('build', '--attest', 'type=blame', '-t', name, '--push', 'app')
      await ok('build', '--attest', 'type=blame', '-o', 'type=oci,dest=app.tar', 'app')
      await ok('build', '-o', 'type=oci,dest=plain.tar', 'app')
      const other = { ...own, root: path.join(scratch.dir, 'other') }
      const way = ['copy 12', 'copy 7', 'run 4 src/lib/late']
      expect(chain(await blame('/srv/assets/late', other, `docker://${name}`))).toEqual(way)
      expect(chain(await blame('/srv/assets/late', other, 'oci-archive:app.tar'))).toEqual(way)
      await slipway(['copy', `docker://${name}`, 'store:pulled'], other)
      expect(chain(await blame('/srv/assets/late', other, 'pulled'))).toEqual(way)
      const plain = await blame('/srv/assets/late', other, 'oci-archive:plain.tar')
      expect(plain).toMatchObject({ traced: false, path: { steps: [{ text: 'COPY /assets /srv/assets # buildkit' }] } })
      const text = await slipway(['blame', 'oci-archive:plain.tar', '/srv/assets/late'], other)
      expect(text).toContain('nothing is attached to it')
    } finally {
      await registry.close()
    }
  })

  test.skipIf(process.getuid?.() !== 0)('follows copies that an ordinary user has made', async () => {
    const user = addUser({ subordinate: true })
    const space = scratchDir('blame-user')
    try {
      chmodSync(space.dir, 0o777)
      writeTree(path.join(space.dir, 'app'), { ...files, Dockerfile: dockerfile })
      const theirs = {
        root: path.join(space.dir, 'store'),
        env: { ...env, HOME: space.dir },
        cwd: space.dir,
        uid: user.uid,
        gid: user.gid,
      }
      await slipway(['import', busyboxTar(space.dir), 'base'], theirs)
      await slipway(['build', '-t', 'app', 'app'], theirs)
      expect(chain(await blame('/srv/assets/late', theirs))).toEqual(['copy 12', 'copy 7', 'run 4 src/lib/late'])
    } finally {
      user.remove()
      space.remove()
    }
  })
})
