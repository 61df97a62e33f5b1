// Records what BuildKit says about the cases in test/corpus/checks; see the README there.
import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

const cases = join(import.meta.dirname, '../test/corpus/checks')
const port = 5079
const buildx = process.env.BUILDX ?? 'docker-buildx'

const names = process.argv.slice(2)
const server = createServer(answer).listen(port, '127.0.0.1')
const blobs = new Map()
const manifests = new Map()
execFileSync(buildx, ['version'], { stdio: 'inherit' })
for (const entry of readdirSync(cases, { withFileTypes: true })) {
  if (entry.isDirectory() && (names.length === 0 || names.includes(entry.name))) await record(entry.name)
}
server.close()

async function record(name) {
  const folder = join(cases, name)
  const options = existsSync(join(folder, 'case.json'))
    ? JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8'))
    : {}
  for (const [image, config] of Object.entries(options.images ?? {})) publish(image, config)
  const check = await call('check', folder, options)
  const [outline, targets] = [await call('outline', folder, options), await call('targets', folder, options)]
  const warnings = check.json?.warnings ?? []
  const buildError = check.json?.buildError
  const expected = {
    exit: check.status,
    warnings: warnings
      .map(({ ruleName, detail, location }) => ({ rule: ruleName, ...linesOf(location), detail }))
      .sort(inOrder),
    ...(buildError === undefined ? {} : { error: { message: buildError.message, ...linesOf(buildError.location) } }),
    ...(check.json === undefined ? { failure: lastLine(check.stderr) } : {}),
    outline: outline.json === undefined ? { failure: lastLine(outline.stderr) } : withoutSources(outline.json),
    targets: targets.json === undefined ? { failure: lastLine(targets.stderr) } : withoutSources(targets.json),
  }
  writeFileSync(join(folder, 'expected.json'), `${JSON.stringify(expected, null, 1)}\n`)
  console.log(
    `${name}: ${expected.warnings.map(({ rule, line }) => `${rule}:${line}`).join(' ') || 'clean'}`,
    expected.error?.message ?? expected.failure ?? '',
  )
}

/** The server must be able to answer meanwhile, so the program does not run synchronously. */
function call(method, folder, { args = {}, target }) {
  const options = Object.entries(args).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`])
  if (target !== undefined) options.push('--target', target)
  return run([`--call=${method},format=json`, ...options, folder])
}

async function run(options) {
  const child = spawn(buildx, ['build', '--progress=plain', ...options], { stdio: ['ignore', 'pipe', 'pipe'] })
  const text = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr']) child[stream].on('data', (data) => (text[stream] += data))
  const status = await new Promise((resolve) => child.on('close', resolve))
  let json
  try {
    json = JSON.parse(text.stdout)
  } catch {
    json = undefined
  }
  return { status, json, stderr: text.stderr }
}

function linesOf(location) {
  const lines = (location?.ranges ?? []).map(({ start }) => start.line ?? 0)
  return lines.length === 0 ? {} : { line: lines[0], end: lines.at(-1) }
}

function inOrder(a, b) {
  return a.line - b.line || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : a.detail < b.detail ? -1 : 1)
}

function withoutSources(answer) {
  return Object.fromEntries(Object.entries(answer).filter(([key]) => key !== 'sources'))
}

function lastLine(text) {
  return text.trim().split('\n').at(-1)
}

/** An image with a configuration and a layer that nobody fetches. */
function publish(image, { os = 'linux', architecture = 'amd64', ...config }) {
  const layer = put(Buffer.from('a layer'))
  const document = { os, architecture, config, rootfs: { type: 'layers', diff_ids: [layer.digest] } }
  const configuration = put(Buffer.from(JSON.stringify(document)))
  const type = 'application/vnd.oci.image'
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: `${type}.manifest.v1+json`,
      config: { mediaType: `${type}.config.v1+json`, ...configuration },
      layers: [{ mediaType: `${type}.layer.v1.tar+gzip`, ...layer }],
    }),
  )
  const path = image.replace(/^[^/]*\//, '').replace(/:.*/, '')
  manifests.set(`/v2/${path}/manifests/latest`, manifest)
  manifests.set(`/v2/${path}/manifests/${put(manifest).digest}`, manifest)
}

function put(bytes) {
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  blobs.set(digest, bytes)
  return { digest, size: bytes.length }
}

function answer(request, response) {
  const path = new URL(request.url, 'http://localhost').pathname
  const manifest = manifests.get(path)
  const bytes = manifest ?? blobs.get(path.split('/').at(-1))
  if (path === '/v2/') return response.end('{}')
  if (bytes === undefined) return response.writeHead(404).end('{"errors":[{"code":"MANIFEST_UNKNOWN"}]}')
  const type = manifest === undefined ? 'application/octet-stream' : JSON.parse(manifest).mediaType
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  response.writeHead(200, { 'content-type': type, 'content-length': bytes.length, 'docker-content-digest': digest })
  response.end(request.method === 'HEAD' ? undefined : bytes)
}
