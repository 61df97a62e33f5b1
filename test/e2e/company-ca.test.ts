import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test, type TestContext } from 'vitest'
import { hostTrust } from '../../src/adapters/runtime/index.ts'
import { cargoBase, mavenBase, provideBases, pythonBase, type TestBase } from '../kit/bases.ts'
import type { TreeSpec } from '../kit/file-tree.ts'
import { readImageArchive } from '../kit/image-archive.ts'
import { unreachable } from '../kit/reachable.ts'
import { makeAuthority, startTlsServer, type TlsServer } from '../kit/tls-server.ts'
import { openWorkbench, type Workbench } from '../kit/workbench.ts'

// These builds ask public registries. Behind a proxy that opens TLS they only succeed because steps trust what the host trusts;
// elsewhere they show that doing so does no harm.

let bench: Workbench
/** One line from the middle of each authority of the host that is not a public one. */
let ownLines: readonly string[]
beforeAll(async () => {
  bench = await openWorkbench('company-ca')
  const { own } = await hostTrust({ env: process.env })
  ownLines = own.map(({ der }) => Buffer.from(der).toString('base64').slice(128, 192))
})
afterAll(() => bench.remove())

interface Fetching {
  readonly bases: readonly TestBase[]
  readonly registry: string
  readonly dockerfile: readonly string[]
  readonly files?: TreeSpec
}

/** Builds with trust and shows that nothing of it is left in what the build made. */
async function fetches(context: TestContext, { bases, registry, dockerfile, files = {} }: Fetching): Promise<void> {
  await ready(context, bases, registry)
  const dest = bench.place('image.tar')
  await bench.build(dockerfile.join('\n'), ['-o', `type=oci,dest=${dest},compression=uncompressed`], { files })
  expectNoTrace(dest)
}

async function ready(context: TestContext, bases: readonly TestBase[], registry: string): Promise<void> {
  const reason = (await unreachable(registry)) ?? (await provideBases(bench.root, bases))
  if (reason !== undefined) {
    console.warn(`skipped: ${reason}`)
    context.skip(reason)
  }
}

function expectNoTrace(archive: string): void {
  const { config, layers } = readImageArchive(archive)
  expect(config).not.toMatch(/SSL_CERT_FILE|NODE_EXTRA_CA_CERTS|CAINFO|CA_BUNDLE|APT_CONFIG|trustStore|\/dev\/slipway/)
  expect(layers.length).toBeGreaterThan(1)
  // The first layer is the base. /dev/slipway is where a step finds what it is to trust.
  for (const { names, bytes } of layers.slice(1)) {
    expect(names.filter((name) => /(^|\/)dev(\/|$)|ca-bundle\.crt|ca-extra\.crt|truststore/.test(name))).toEqual([])
    expect(ownLines.filter((line) => bytes.includes(line.slice(0, 40)))).toEqual([])
  }
}

describe('steps reach registries as the host does, and layers show nothing of it:', () => {
  const lock = {
    name: 'app',
    version: '1.0.0',
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': { name: 'app', version: '1.0.0', dependencies: { 'is-odd': '3.0.1' } },
      'node_modules/is-odd': {
        version: '3.0.1',
        resolved: 'https://registry.npmjs.org/is-odd/-/is-odd-3.0.1.tgz',
        dependencies: { 'is-number': '^6.0.0' },
      },
      'node_modules/is-number': {
        version: '6.0.0',
        resolved: 'https://registry.npmjs.org/is-number/-/is-number-6.0.0.tgz',
      },
    },
  }
  const npm: Fetching = {
    bases: ['node:20-slim'],
    registry: 'https://registry.npmjs.org/',
    dockerfile: [
      'FROM node:20-slim',
      'WORKDIR /app',
      'COPY . .',
      'RUN npm ci --fetch-retries=0 && test -d node_modules/is-number',
    ],
    files: {
      'package.json': JSON.stringify(lock.packages['']),
      'package-lock.json': JSON.stringify(lock),
    },
  }

  test('npm ci', (context) => fetches(context, npm))

  test('npm ci, which without it is told why it fails', async (context) => {
    await ready(context, npm.bases, npm.registry)
    if (ownLines.length === 0) context.skip('this machine has no authority of its own')
    const args = ['--trust-host-ca', 'off', '--no-cache']
    const run = await bench.tryBuild(npm.dockerfile.join('\n'), args, { files: npm.files ?? {} })
    if (run.code === 0) context.skip('nothing opens TLS between this machine and the registry')
    expect(run.code).toBe(3)
    expect(run.stderr).toMatch(/certificate/)
    expect(run.stderr).toContain('--trust-host-ca')
  })

  test('pip install', (context) =>
    fetches(context, {
      bases: [pythonBase],
      registry: 'https://pypi.org/simple/six/',
      dockerfile: [
        `FROM ${pythonBase.name}`,
        'RUN pip install --break-system-packages --no-cache-dir six==1.16.0 && python3 -c "import six"',
      ],
    }))

  test('go mod download', (context) =>
    fetches(context, {
      bases: ['golang:1.19-bookworm'],
      registry: 'https://proxy.golang.org/',
      dockerfile: ['FROM golang:1.19-bookworm', 'WORKDIR /src', 'COPY . .', 'RUN go mod download -x'],
      files: {
        'go.mod': 'module example.com/app\n\ngo 1.19\n\nrequire github.com/google/uuid v1.6.0\n',
        'go.sum': [
          'github.com/google/uuid v1.6.0 h1:NIvaJDMOsjHA8n1jAhLSgzrAzy1Hgr+hNrb57e+94F0=',
          'github.com/google/uuid v1.6.0/go.mod h1:TIyPZe4MgqvfeYDBFedMoGGpEw/LqOeaOT+nhxU+yHo=',
          '',
        ].join('\n'),
      },
    }))

  test('cargo fetch', (context) =>
    fetches(context, {
      bases: [cargoBase],
      registry: 'https://index.crates.io/config.json',
      dockerfile: [
        `FROM ${cargoBase.name}`,
        'WORKDIR /src',
        'COPY . .',
        // Before 1.70 cargo clones the whole index with git unless it is told to use the sparse one.
        'RUN CARGO_UNSTABLE_SPARSE_REGISTRY=true RUSTC_BOOTSTRAP=1 cargo fetch && test -d /root/.cargo/registry/cache',
      ],
      files: {
        'Cargo.toml': '[package]\nname = "app"\nversion = "0.1.0"\n\n[dependencies]\nitoa = "=1.0.9"\n',
        'src/main.rs': 'fn main() {}\n',
      },
    }))

  test('mvn', (context) =>
    fetches(context, {
      bases: [mavenBase],
      registry: 'https://repo.maven.apache.org/maven2/',
      dockerfile: [
        `FROM ${mavenBase.name}`,
        'WORKDIR /src',
        'COPY . .',
        'RUN mvn -B -q validate && find /root/.m2 -name "*.pom" | grep -q oss-parent',
      ],
      files: {
        // A parent is fetched before anything else is done; plugins, which `validate` does not need, are not.
        'pom.xml': `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
  <parent><groupId>org.sonatype.oss</groupId><artifactId>oss-parent</artifactId><version>9</version><relativePath/></parent>
  <groupId>example</groupId><artifactId>app</artifactId><version>1</version><packaging>pom</packaging>
</project>`,
      },
    }))

  test('apt-get, also of ca-certificates', async (context) => {
    await ready(context, ['debian:bookworm-slim'], 'http://deb.debian.org/debian/')
    const dest = bench.place('image.tar')
    const install = 'apt-get update && apt-get install -y --no-install-recommends ca-certificates'
    await bench.build(
      `FROM debian:bookworm-slim\nRUN ${install} && rm -rf /var/lib/apt/lists/*\nRUN test -s /etc/ssl/certs/ca-certificates.crt\n`,
      ['--trust-host-ca', 'on', '-o', `type=oci,dest=${dest},compression=uncompressed`],
    )
    expectNoTrace(dest)
    const { layers } = readImageArchive(dest)
    expect(layers[1]?.names).toContain('etc/ssl/certs/ca-certificates.crt')
  })

  test('apt-get from an https mirror, in a base without authorities', async (context) => {
    await ready(context, ['debian:bookworm-slim'], 'https://deb.debian.org/debian/')
    const dest = bench.place('image.tar')
    await bench.build(
      `FROM debian:bookworm-slim\nRUN find /etc/apt -type f -exec sed -i s,http://,https://, {} + && apt-get update --error-on=any && apt-get download netbase\n`,
      ['--trust-host-ca', 'on', '-o', `type=oci,dest=${dest},compression=uncompressed`],
    )
    expectNoTrace(dest)
  })
})

describe('a server that only an authority of this machine vouches for', () => {
  let server: TlsServer
  beforeAll(async () => {
    server = await startTlsServer(bench.context({}))
  })
  afterAll(() => server.close())

  const nodeAsks = (): string =>
    `node -e "fetch('${server.url}').then(async (r) => process.stdout.write(await r.text()), (e) => { console.error(e.cause.message); process.exit(1) })" > /answer`

  async function provided(context: TestContext, base: TestBase): Promise<void> {
    const reason = await provideBases(bench.root, [base])
    if (reason !== undefined) context.skip(reason)
  }

  async function asks(context: TestContext, base: TestBase, command: string, mode = 'auto'): Promise<void> {
    await provided(context, base)
    const dest = bench.place('image.tar')
    await bench.build(
      `FROM ${typeof base === 'string' ? base : base.name}\nRUN ${command}`,
      ['--no-cache', '--trust-host-ca', mode, '-o', `type=oci,dest=${dest},compression=uncompressed`],
      { env: { SSL_CERT_FILE: server.authority } },
    )
    expectNoTrace(dest)
    const layer = readImageArchive(dest).layers.at(-1)
    expect(layer?.names).toContain('answer')
    expect(layer?.bytes.includes('secure')).toBe(true)
    expect(layer?.bytes.includes(readFileSync(server.authority, 'latin1').split('\n')[2] ?? '')).toBe(false)
  }

  test('is trusted by node', (context) => asks(context, 'node:20-slim', nodeAsks()))

  test('is trusted with --trust-host-ca=on', (context) => asks(context, 'node:20-slim', nodeAsks(), 'on'))

  test('is trusted by curl, wget and python', (context) =>
    asks(
      context,
      pythonBase,
      [
        `curl -sSf ${server.url} >> /tmp/curl`,
        `wget -qO /tmp/wget ${server.url}`,
        `python3 -c "import urllib.request as u; print(u.urlopen('${server.url}').read().decode(), end='')" > /tmp/python`,
        'cd /tmp && cmp curl wget && cmp curl python && mv curl /answer && rm wget python',
      ].join(' && '),
    ))

  test('is trusted by java', (context) =>
    asks(
      context,
      mavenBase,
      [
        `echo 'class Get { public static void main(String[] a) throws Exception { System.out.write(new java.net.URL(a[0]).openStream().readAllBytes()); System.out.flush(); } }' > /tmp/Get.java`,
        `java /tmp/Get.java ${server.url} > /answer`,
        'rm /tmp/Get.java',
      ].join(' && '),
    ))

  test('is not trusted with --trust-host-ca=off', async (context) => {
    await provided(context, 'node:20-slim')
    const run = await bench.tryBuild(`FROM node:20-slim\nRUN ${nodeAsks()}`, ['--no-cache', '--trust-host-ca', 'off'], {
      env: { SSL_CERT_FILE: server.authority },
    })
    expect(run.code).toBe(3)
    expect(run.stderr).toMatch(/unable to verify the first certificate|unable to get local issuer certificate/)
    expect(run.stderr).toContain('--trust-host-ca')
  })

  test('is of no interest to a root that can verify no server, nor to a step without a network', async (context) => {
    const show = (from: string, flags = ''): string =>
      `FROM ${from} AS s\nRUN ${flags} env > /env\nFROM scratch\nCOPY --from=s /env /out`
    const env = { SSL_CERT_FILE: server.authority }
    expect(await bench.out(show('bb'), [], { env })).not.toMatch(/slipway/)
    expect(await bench.out(show('bb'), ['--no-cache', '--trust-host-ca', 'on'], { env })).toMatch(/slipway/)
    await provided(context, 'node:20-slim')
    expect(await bench.out(show('node:20-slim', '--network=none'), [], { env })).not.toMatch(/slipway/)
    expect(await bench.out(show('node:20-slim'), [], { env })).toMatch(/SSL_CERT_FILE=\/dev\/slipway/)
  })

  test('leaves variables alone that the image sets', async (context) => {
    await provided(context, 'node:20-slim')
    const out = await bench.out(
      'FROM node:20-slim AS s\nENV SSL_CERT_FILE=/mine\nRUN echo "$SSL_CERT_FILE $NODE_EXTRA_CA_CERTS" > /out\nFROM scratch\nCOPY --from=s /out /',
      [],
      { env: { SSL_CERT_FILE: server.authority } },
    )
    expect(out).toMatch(/^\/mine \/dev\/\S+\n$/)
  })

  test('is no part of a cache key: with another authority, or none, steps are taken from the cache', async (context) => {
    await provided(context, 'node:20-slim')
    const dockerfile = 'FROM node:20-slim\nRUN echo kept > /kept'
    const ends: (string | undefined)[] = []
    const other = makeAuthority(bench.context({}), 'other')
    for (const [mode, file] of [['on', server.authority] as const, ['on', other] as const, ['off', other] as const]) {
      const run = await bench.build(dockerfile, ['--trust-host-ca', mode], { env: { SSL_CERT_FILE: file } })
      ends.push([...run.steps].find(([name]) => name.includes('echo kept'))?.[1])
    }
    expect(ends).toEqual(['DONE', 'CACHED', 'CACHED'])
  })
})
