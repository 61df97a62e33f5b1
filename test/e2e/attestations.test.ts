import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { digestOf } from '../../src/core/index.ts'
import type { Descriptor, Index, Manifest } from '../../src/oci/index.ts'
import { type AttestedLayout, attestedLayout, type Statement } from '../kit/attested-layout.ts'
import { busyboxTar, withoutBusybox } from '../kit/busybox.ts'
import { type DockerRegistry, hasDockerRegistry, startDockerRegistry } from '../kit/docker-registry.ts'
import { writeTree } from '../kit/file-tree.ts'
import { startRegistry } from '../kit/registry.ts'
import { runSlipway, scratchDir, slipway } from '../kit/slipway.ts'

const scratch = scratchDir('attestations')
const root = path.join(scratch.dir, 'store')
const env = { BUILDKIT_PROGRESS: 'quiet', SOURCE_DATE_EPOCH: '1700000000' }
const own = { root, env, cwd: scratch.dir }
const run = (...args: string[]) => runSlipway(args, own)
const ok = async (...args: string[]): Promise<string> => (await slipway(args, own)).trim()
const hasSkopeo = spawnSync('skopeo', ['--version']).error === undefined
const noBusybox = withoutBusybox()
if (noBusybox !== undefined) console.warn(`attestations: some are skipped, ${noBusybox}`)
if (!hasSkopeo) console.warn('attestations: one is skipped, there is no skopeo')
if (!hasDockerRegistry) console.warn('attestations: one is skipped, there is no docker-registry')

const dockerfile = `FROM scratch AS files
COPY a b/ /
FROM scratch
ARG WORD=none
LABEL word=$WORD
COPY --from=files / /
`

beforeAll(() => {
  writeTree(path.join(scratch.dir, 'context'), {
    Dockerfile: dockerfile,
    a: 'first\n',
    'b/node_modules/left-pad/package.json': JSON.stringify({ name: 'left-pad', version: '1.3.0', license: 'WTFPL' }),
  })
})
afterAll(() => scratch.remove())

const layout = (name: string): AttestedLayout => attestedLayout(path.join(scratch.dir, name))

function statementsOf({ json }: AttestedLayout, manifest: Descriptor): readonly Statement[] {
  return json<Manifest>(manifest.digest).layers.map(({ digest }) => json<Statement>(digest))
}

const attests = ['--provenance', '--sbom', '--build-arg', 'WORD=hello']
const attested = [...attests, '-t', 'app:1']

describe('a layout', () => {
  beforeAll(async () => {
    await ok(
      'build',
      '-q',
      ...attested,
      '--platform',
      'linux/amd64,linux/arm64',
      '-o',
      'type=oci,tar=false,dest=two',
      'context',
    )
  })

  test('holds statements about each image in an index beside it, by the specifications', () => {
    const two = layout('two')
    expect(two.index.manifests).toHaveLength(1)
    expect(two.images.map(({ platform }) => platform?.architecture)).toEqual(['amd64', 'arm64'])
    expect(two.attestations).toHaveLength(2)
    for (const [position, entry] of two.attestations.entries()) {
      const image = two.images[position] as Descriptor
      const manifest = two.json<Manifest>(entry.digest)
      expect(manifest).toMatchObject({
        artifactType: 'application/vnd.in-toto+json',
        config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf('{}'), size: 2 },
        subject: { mediaType: image.mediaType, digest: image.digest, size: image.size },
      })
      expect(entry.annotations).toMatchObject({ 'vnd.docker.reference.digest': image.digest })
      expect(manifest.layers.map(({ annotations }) => annotations?.['in-toto.io/predicate-type'])).toEqual([
        'https://slsa.dev/provenance/v1',
        'https://spdx.dev/Document',
      ])
      for (const statement of statementsOf(two, entry)) {
        expect(statement._type).toBe('https://in-toto.io/Statement/v1')
        const name = `pkg:docker/app@1?platform=linux%2F${image.platform?.architecture}`
        expect(statement.subject).toEqual([{ name, digest: { sha256: image.digest.slice(7) } }])
      }
    }
  })

  test('says how the image was built and what it is made of', () => {
    const two = layout('two')
    const [provenance, sbom] = statementsOf(two, two.attestations[0] as Descriptor).map(({ predicate }) => predicate)
    const { buildDefinition, runDetails } = provenance
    expect(buildDefinition.externalParameters).toMatchObject({
      configSource: { path: 'Dockerfile' },
      request: {
        frontend: 'dockerfile.v0',
        args: { 'build-arg:WORD': 'hello' },
        locals: [{ name: 'context' }, { name: 'dockerfile' }],
      },
    })
    expect(buildDefinition.resolvedDependencies).toEqual([
      { name: 'context', digest: { slipwayTree: expect.stringMatching(/^[0-9a-f]{64}$/) } },
    ])
    const { steps } = buildDefinition.internalParameters.buildConfig
    expect(steps.map(({ id, name }: { id: string; name?: string }) => `${id} ${name ?? ''}`.trim())).toContainEqual(
      expect.stringContaining('COPY --from=files / /'),
    )
    const { source, layers } = runDetails.metadata.slipway_metadata
    expect(Buffer.from(source.infos[0].data, 'base64').toString()).toBe(dockerfile)
    const last = steps.at(-1).id
    expect(source.locations[last][0].start.line).toBe(6)
    const image = two.json<Manifest>((two.images[0] as Descriptor).digest)
    expect(layers[last].map(({ digest }: Descriptor) => digest)).toEqual(image.layers.map(({ digest }) => digest))
    expect(Date.parse(runDetails.metadata.finishedOn)).toBeGreaterThan(Date.parse('2026-01-01'))
    expect(sbom).toMatchObject({ spdxVersion: 'SPDX-2.3', dataLicense: 'CC0-1.0', SPDXID: 'SPDXRef-DOCUMENT' })
    expect(sbom.packages[1]).toMatchObject({
      name: 'left-pad',
      versionInfo: '1.3.0',
      licenseDeclared: 'WTFPL',
      externalRefs: [{ referenceType: 'purl', referenceLocator: 'pkg:npm/left-pad@1.3.0' }],
    })
  })

  test.skipIf(!hasSkopeo)('is one image for a program that knows nothing of statements', async () => {
    await ok('build', '-q', ...attested, '-o', 'type=oci,dest=one.tar', 'context')
    const { status, stdout, stderr } = spawnSync('skopeo', ['inspect', 'oci-archive:one.tar'], {
      cwd: scratch.dir,
      encoding: 'utf8',
    })
    expect([status, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toMatchObject({ Architecture: 'amd64', Labels: { word: 'hello' } })
  })

  test('is copied with its statements: to the store, and from there one platform to a registry', async () => {
    const registry = await startRegistry({ referrers: true })
    try {
      await ok('copy', 'oci:two', 'store:copied:1')
      const args = ['copy', '-q', '--platform', 'linux/arm64', 'store:copied:1', `docker://${registry.host}/c:arm`]
      const digest = await ok(...args)
      expect(digest).toBe(layout('two').images[1]?.digest)
      expect((await ok('attestation', `docker://${registry.host}/c:arm`)).split('\n').slice(1)).toHaveLength(2)
      const whole = await ok('copy', '-q', 'store:copied:1', 'oci:again')
      expect(whole).toBe(layout('two').entry.digest)
    } finally {
      await registry.close()
    }
  })
})

describe('a push', () => {
  test('leaves the manifest as it is without statements, and lists them as its referrers', async () => {
    const registry = await startRegistry({ referrers: true })
    try {
      const name = `${registry.host}/team/app`
      await ok('build', '-q', '--build-arg', 'WORD=hello', '-t', `${name}:plain`, '--push', 'context')
      await ok('build', '-q', ...attests, '-t', `${name}:1`, '--push', 'context')
      const [plain, one] = ['plain', '1'].map((tag) => registry.manifests.get(`team/app:${tag}`)?.bytes as Uint8Array)
      expect(Buffer.from(one as Uint8Array).equals(plain as Uint8Array)).toBe(true)
      const subject = digestOf(plain as Uint8Array)
      const answer = await fetch(`http://${registry.host}/v2/team/app/referrers/${subject}`)
      const { manifests } = (await answer.json()) as Index
      expect(manifests.map(({ artifactType }) => artifactType)).toEqual(['application/vnd.in-toto+json'])
      const listing = await ok('attestation', `${name}:1`)
      expect(listing).toMatch(/linux\/amd64 +https:\/\/slsa.dev\/provenance\/v1/)
      expect(JSON.parse(await ok('attestation', '--type', 'sbom', `docker://${name}:1`)).spdxVersion).toBe('SPDX-2.3')
      const verified = JSON.parse(await ok('verify', '--json', `docker://${name}:1`))
      expect(verified).toMatchObject({ sound: true, digest: subject })
      expect(verified.checks.filter(({ what }: { what: string }) => what === 'attestation')).toHaveLength(2)
    } finally {
      await registry.close()
    }
  })

  describe.skipIf(!hasDockerRegistry)('to a registry without the referrers API', () => {
    let registry: DockerRegistry
    beforeAll(async () => {
      registry = await startDockerRegistry(path.join(scratch.dir, 'registry'))
    })
    afterAll(() => registry.close())

    test('lists them under the tag of the subject, also when the store pushes later', async () => {
      const name = `${registry.host}/app:later`
      await ok('build', '-q', '--provenance=mode=min', '-t', name, 'context')
      const digest = await ok('push', '-q', name)
      const answer = await fetch(`http://${registry.host}/v2/app/manifests/sha256-${digest.slice(7)}`, {
        headers: { accept: 'application/vnd.oci.image.index.v1+json' },
      })
      const { manifests } = (await answer.json()) as Index
      expect(manifests.map(({ artifactType }) => artifactType)).toEqual(['application/vnd.in-toto+json'])
      const { code, stdout } = await run('verify', `docker://${name}`)
      expect(stdout).toMatch(/ok +linux\/amd64 attestation .*SLSA provenance v1/)
      expect(code).toBe(0)
    })
  })
})

describe('the store', () => {
  test('keeps the manifest that was spoken of, also when it would pack the layers otherwise by now', async () => {
    await ok('build', '-q', ...attested, 'context')
    const before = await ok('attestation', 'app:1')
    expect(before.split('\n')).toHaveLength(3)
    const [diffId = ''] = JSON.parse(await ok('inspect', '-f', '{{json .RootFS.Layers}}', 'app:1')) as readonly string[]
    const forms = path.join(root, 'blobs/by-diff-id')
    const file = path.join(forms, readdirSync(forms).find((name) => name.startsWith(diffId.slice(7))) ?? '')
    const known = JSON.parse(readFileSync(file, 'utf8')) as Descriptor
    const blob = (digest: string): string => path.join(root, 'blobs/sha256', digest.slice(7))
    const other = gzipSync(gunzipSync(readFileSync(blob(known.digest))), { level: 1, memLevel: 1 })
    const digest = digestOf(other)
    expect(digest).not.toBe(known.digest)
    writeFileSync(blob(digest), other)
    writeFileSync(file, JSON.stringify({ ...known, digest, size: other.length }))
    expect(await ok('attestation', 'app:1')).toBe(before)
    expect((await run('verify', 'app:1')).stdout).toContain('SPDX document')
  })
})

describe('files without an image', () => {
  test('have statements beside them, about every file', async () => {
    await ok('build', '-q', '--provenance', '--sbom', '-o', 'out', 'context')
    const statement = JSON.parse(readFileSync(path.join(scratch.dir, 'out/provenance.json'), 'utf8')) as Statement
    expect(statement.subject).toContainEqual({ name: 'a', digest: { sha256: digestOf('first\n').slice(7) } })
    expect(existsSync(path.join(scratch.dir, 'out/sbom.spdx.json'))).toBe(true)
    await ok('build', '-q', '--provenance', '-o', 'type=tar,dest=files.tar', 'context')
    const { stdout, status } = spawnSync('tar', ['-xOf', path.join(scratch.dir, 'files.tar'), 'provenance.json'])
    expect([status, JSON.parse(stdout.toString()).subject]).toEqual([0, statement.subject])
  })

  test('archives of docker say in one line that they hold none', async () => {
    const args = ['build', '--progress', 'plain', '--sbom', '-o', 'type=docker,dest=docker.tar', 'context']
    const { code, stderr } = await run(...args)
    expect(code).toBe(0)
    expect(stderr.match(/attestations are left out.*/g)).toHaveLength(1)
  })
})

describe.skipIf(noBusybox !== undefined)('secrets', () => {
  const secret = 'S3CRET-mounted-value'
  const argument = 'S3CRET-argument-value'

  test('are in no statement, and the values of arguments and labels only in those of mode=max', async () => {
    const directory = path.join(scratch.dir, 'secrets')
    mkdirSync(directory)
    await ok('import', busyboxTar(directory), 'secrets-base:1')
    const context = writeTree(path.join(directory, 'context'), {
      Dockerfile:
        'FROM secrets-base:1\nARG TOKEN\nRUN --network=none --mount=type=secret,id=mine cat /run/secrets/mine > /dev/null\n',
    })
    const contents: string[] = []
    for (const mode of ['min', 'max']) {
      const out = path.join('secrets', mode)
      const args = ['--secret', 'id=mine,env=MINE', '--build-arg', `TOKEN=${argument}`, '--label', `l=${argument}-l`]
      const all = ['build', '-q', `--provenance=mode=${mode}`, '--sbom', ...args, '-o', out, context]
      await slipway(all, { ...own, env: { ...env, MINE: secret } })
      contents.push(readFileSync(path.join(scratch.dir, out, 'provenance.json'), 'utf8'))
    }
    const [min = '', max = ''] = contents
    for (const text of contents) {
      expect(text).not.toContain(secret)
      expect(text).not.toContain(Buffer.from(secret).toString('base64').slice(0, 20))
    }
    expect(min).not.toContain('S3CRET')
    expect(JSON.parse(min).predicate.runDetails.metadata.slipway_completeness.request).toBe(false)
    const { request } = JSON.parse(max).predicate.buildDefinition.externalParameters
    expect(request.args).toMatchObject({ 'build-arg:TOKEN': argument, 'label:l': `${argument}-l` })
    expect(request.secrets).toEqual([{ id: 'mine', optional: true }])
    const [base] = JSON.parse(min).predicate.buildDefinition.resolvedDependencies
    expect(base).toMatchObject({ uri: 'pkg:docker/secrets-base@1?platform=linux%2Famd64' })
    expect(base.digest.sha256).toMatch(/^[0-9a-f]{64}$/)
  })
})
