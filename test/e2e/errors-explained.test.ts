import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test, type TestContext } from 'vitest'
import { elfFile } from '../../src/diagnose/testing/elf-file.ts'
import { provideBases, pythonBase, type TestBase } from '../kit/bases.ts'
import { type FailingBuild, failingBuild } from '../kit/failing-build.ts'
import type { TreeSpec } from '../kit/file-tree.ts'
import { startTlsServer } from '../kit/tls-server.ts'
import { openWorkbench, type Workbench } from '../kit/workbench.ts'

// What these messages say beyond the output of the tools comes from the root file system that the step left. What every tool
// prints for the same failure is in the tests of src/diagnose.

let bench: Workbench
beforeAll(async () => {
  bench = await openWorkbench('explained')
})
afterAll(() => bench.remove())

const fails = (dockerfile: string, options?: FailingBuild): Promise<string> => failingBuild(bench, dockerfile, options)

/** As much of Alpine as tells what it is; its shell and tools are those of busybox, as they are here. */
const alpine: TreeSpec = {
  'alpine/lib/apk/db/installed': 'P:musl\n',
  'alpine/etc/os-release': 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.20.3\n',
}

async function provided(context: TestContext, ...bases: readonly TestBase[]): Promise<void> {
  const reason = await provideBases(bench.root, bases)
  if (reason === undefined) return
  console.warn(`skipped: ${reason}`)
  context.skip(reason)
}

const amd64 = process.arch === 'x64'
if (!amd64) console.log('skipped: programs made for the tests are for amd64 and not')

const dynamic = amd64 && readFileSync('/bin/true').includes('/lib64/ld-linux-x86-64.so.2')
if (!dynamic) console.log('skipped: /bin/true is no program for glibc on amd64')

describe('a program that cannot be started', () => {
  const program = (machine: number): TreeSpec => ({ app: { text: elfFile(machine), mode: 0o755 } })

  test.runIf(dynamic)('lacks its loader', async () => {
    const files: TreeSpec = { app: { text: readFileSync('/bin/true'), mode: 0o755 } }
    expect(await fails('FROM bb\nCOPY app /\nRUN /app\n', { files })).toMatchInlineSnapshot(`
      "Dockerfile:3:1
      --------------------
         1 |     FROM bb
         2 |     COPY app /
         3 | >>> RUN /app
           |     ^^^^^^^^
      --------------------
        | /bin/sh: /app: not found
      ERROR: process "/bin/sh -c /app" did not complete successfully: exit code: 127 [run-failed]
        hint: /app is there, but it was linked dynamically against glibc and needs the loader /lib64/ld-linux-x86-64.so.2, which is not in this stage
              build it in a stage with musl too (an alpine base), link it statically, or use a base with glibc (debian, distroless/base)
              look inside: slipway debug .
              the whole output: ROOT/logs/BUILD/06-3-3-run-app.log
      exit 3"
    `)
    expect(await fails('FROM scratch\nCOPY app /\nRUN ["/app"]\n', { files })).toMatchInlineSnapshot(`
      "Dockerfile:3:1
      --------------------
         1 |     FROM scratch
         2 |     COPY app /
         3 | >>> RUN ["/app"]
           |     ^^^^^^^^^^^^
      --------------------
      ERROR: process "/app" did not complete successfully: exit code: 127 [run-failed]
        hint: /app is there, but it was linked dynamically against glibc and needs the loader /lib64/ld-linux-x86-64.so.2, which is not in this stage
              build it in a stage with musl too (an alpine base), link it statically, or use a base with glibc (debian, distroless/base)
              look inside: slipway debug .
      exit 3"
    `)
  })

  test.runIf(amd64)('is for another machine', async () => {
    const files = program(0xf3)
    // What has to be done depends on what is installed here.
    const said = await fails('FROM bb\nCOPY app /\nRUN env /app\n', { files })
    const anywhere = said.replace(/(for riscv64 \().*(\))$/m, '$1WHY$2').replace(/(emulated, ).*$/m, '$1FIX')
    expect(anywhere).toMatchInlineSnapshot(`
      "Dockerfile:3:1
      --------------------
         1 |     FROM bb
         2 |     COPY app /
         3 | >>> RUN env /app
           |     ^^^^^^^^^^^^
      --------------------
        | /app: line 1: \\x7fELF\\x02\\x01\\x01\\x02�@8: not found
      ERROR: process "/bin/sh -c env /app" did not complete successfully: exit code: 127 [run-failed]
        hint: /app was made for riscv64; this machine is amd64 and has no emulation for riscv64 (WHY)
              use the amd64 form of the program or base (check --platform and the download's name)
              or, to have riscv64 emulated, FIX
              slipway doctor shows what runs here
              look inside: slipway debug .
              the whole output: ROOT/logs/BUILD/06-3-3-run-env-app.log
      exit 3"
    `)
  })

  test('is a script whose interpreter is missing, or hidden by Windows line ends', async () => {
    const files: TreeSpec = {
      'a.sh': { text: '#!/bin/bash\necho\n', mode: 0o755 },
      'b.sh': { text: '#!/bin/sh\r\necho\r\n', mode: 0o755 },
    }
    expect(await fails('FROM bb\nWORKDIR /app\nCOPY . .\nRUN ./a.sh\n', { files })).toMatchInlineSnapshot(`
      "Dockerfile:4:1
      --------------------
         2 |     WORKDIR /app
         3 |     COPY . .
         4 | >>> RUN ./a.sh
           |     ^^^^^^^^^^
      --------------------
        | /bin/sh: ./a.sh: not found
      ERROR: process "/bin/sh -c ./a.sh" did not complete successfully: exit code: 127 [run-failed]
        hint: /app/a.sh is there, but it is to be run by /bin/bash, which is not in this stage
              install bash, or begin the script with #!/bin/sh if it needs nothing of bash
              look inside: slipway debug .
              the whole output: ROOT/logs/BUILD/07-4-4-run-a-sh.log
      exit 3"
    `)
    expect(await fails('FROM bb\nWORKDIR /app\nCOPY . .\nRUN ./b.sh\n', { files })).toMatchInlineSnapshot(`
      "Dockerfile:4:1
      --------------------
         2 |     WORKDIR /app
         3 |     COPY . .
         4 | >>> RUN ./b.sh
           |     ^^^^^^^^^^
      --------------------
        | /bin/sh: ./b.sh: not found
      ERROR: process "/bin/sh -c ./b.sh" did not complete successfully: exit code: 127 [run-failed]
        hint: /app/b.sh has Windows line ends: the kernel takes the carriage return for a part of the interpreter's name
              store it with Unix line ends: *.sh text eol=lf in .gitattributes
              or convert it in the build: RUN sed -i 's/\\r$//' /app/b.sh
              look inside: slipway debug .
              the whole output: ROOT/logs/BUILD/07-4-4-run-b-sh.log
      exit 3"
    `)
  })

  test('is not executable', async () => {
    const files = { 'a.sh': { text: '#!/bin/sh\n', mode: 0o644 } }
    expect(await fails('FROM bb\nCOPY a.sh /\nRUN /a.sh\n', { files })).toMatchInlineSnapshot(`
      "Dockerfile:3:1
      --------------------
         1 |     FROM bb
         2 |     COPY a.sh /
         3 | >>> RUN /a.sh
           |     ^^^^^^^^^
      --------------------
        | /bin/sh: /a.sh: Permission denied
      ERROR: process "/bin/sh -c /a.sh" did not complete successfully: exit code: 126 [run-failed]
        hint: /a.sh is not executable: its mode is 0644
              set it where the file comes in: COPY --chmod=755, or RUN chmod +x /a.sh
              look inside: slipway debug .
              the whole output: ROOT/logs/BUILD/06-3-3-run-a-sh.log
      exit 3"
    `)
  })
})

describe('a command that is not there', () => {
  test('comes with its package', async (context) => {
    await provided(context, 'debian:bookworm-slim')
    expect(await fails('FROM debian:bookworm-slim\nRUN ping -c1 example.com\n')).toMatchInlineSnapshot(`
      "Dockerfile:2:1
      --------------------
         1 |     FROM debian:bookworm-slim
         2 | >>> RUN ping -c1 example.com
           |     ^^^^^^^^^^^^^^^^^^^^^^^^
      --------------------
        | /bin/sh: 1: ping: not found
      ERROR: process "/bin/sh -c ping -c1 example.com" did not complete successfully: exit code: 127 [run-failed]
        hint: ping is not installed in this stage (Debian 12)
              the package iputils-ping brings it: RUN apt-get update && apt-get install -y --no-install-recommends iputils-ping && rm -rf /var/lib/apt/lists/*
              look inside: slipway debug .
              the whole output: ROOT/logs/BUILD/04-2-2-run-ping-c1-example-com.log
      exit 3"
    `)
  })

  test('has another name in this base', async () => {
    const dockerfile = 'FROM bb\nCOPY alpine /\nRUN useradd app\n'
    expect(await fails(dockerfile, { files: alpine })).toMatchInlineSnapshot(`
      "Dockerfile:3:1
      --------------------
         1 |     FROM bb
         2 |     COPY alpine /
         3 | >>> RUN useradd app
           |     ^^^^^^^^^^^^^^^
      --------------------
        | /bin/sh: useradd: not found
      ERROR: process "/bin/sh -c useradd app" did not complete successfully: exit code: 127 [run-failed]
        hint: useradd is not installed in this stage (Alpine Linux 3.20.3)
              use adduser -S -D -H NAME, which it has, or install useradd: RUN apk add --no-cache shadow
              look inside: slipway debug .
              the whole output: ROOT/logs/BUILD/06-3-3-run-useradd-app.log
      exit 3"
    `)
  })

  test('is in another stage, or where PATH does not lead', async () => {
    const files = { gocrazy: { text: '#!/bin/sh\n', mode: 0o755 } }
    const elsewhere =
      'FROM bb AS tools\nCOPY gocrazy /usr/local/bin/\nFROM bb\nCOPY --from=tools /etc/passwd /x\nRUN gocrazy\n'
    expect(await fails(elsewhere, { files })).toMatchInlineSnapshot(`
      "Dockerfile:5:1
      --------------------
         3 |     FROM bb
         4 |     COPY --from=tools /etc/passwd /x
         5 | >>> RUN gocrazy
           |     ^^^^^^^^^^^
      --------------------
        | /bin/sh: gocrazy: not found
      ERROR: process "/bin/sh -c gocrazy" did not complete successfully: exit code: 127 [run-failed]
        hint: gocrazy is not installed in this stage
              stage tools has it: COPY --from=tools /usr/local/bin/gocrazy /usr/local/bin/gocrazy
              look inside: slipway debug .
              the whole output: ROOT/logs/BUILD/07-stage-1-3-3-run-gocrazy.log
      exit 3"
    `)
    expect(await fails('FROM bb\nCOPY gocrazy /usr/local/go/bin/\nRUN gocrazy\n', { files })).toMatchInlineSnapshot(`
      "Dockerfile:3:1
      --------------------
         1 |     FROM bb
         2 |     COPY gocrazy /usr/local/go/bin/
         3 | >>> RUN gocrazy
           |     ^^^^^^^^^^^
      --------------------
        | /bin/sh: gocrazy: not found
      ERROR: process "/bin/sh -c gocrazy" did not complete successfully: exit code: 127 [run-failed]
        hint: gocrazy is installed as /usr/local/go/bin/gocrazy, and PATH does not lead there
              add it above this line: ENV PATH=/usr/local/go/bin:$PATH
              look inside: slipway debug .
              the whole output: ROOT/logs/BUILD/06-3-3-run-gocrazy.log
      exit 3"
    `)
  })

  test('was left out as a development dependency', async (context) => {
    await provided(context, 'node:20-slim')
    const files = {
      'package.json': '{"name":"a","scripts":{"build":"tsc"},"devDependencies":{"typescript":"5.9.3"}}',
      'node_modules/left-pad/package.json': '{}',
    }
    // What npm says of its own newer versions depends on the day.
    const dockerfile =
      'FROM node:20-slim\nENV NPM_CONFIG_UPDATE_NOTIFIER=false\nWORKDIR /app\nCOPY . .\nRUN npm run build\n'
    expect(await fails(dockerfile, { files })).toMatchInlineSnapshot(`
      "Dockerfile:5:1
      --------------------
         3 |     WORKDIR /app
         4 |     COPY . .
         5 | >>> RUN npm run build
           |     ^^^^^^^^^^^^^^^^^
      --------------------
        |
        | > build
        | > tsc
        |
        | sh: 1: tsc: not found
      ERROR: process "/bin/sh -c npm run build" did not complete successfully: exit code: 127 [run-failed]
        hint: tsc (of typescript) is one of the devDependencies of package.json, and they were not installed
              install all of them for the build (npm ci without --omit=dev, --production or NODE_ENV=production)
              and keep them out of the image with npm prune --omit=dev, or by a second stage
              look inside: slipway debug .
              the whole output: ROOT/logs/BUILD/07-4-4-run-npm-run-build.log
      exit 3"
    `)
  })
})

describe('a library that is missing or too old', () => {
  test('comes with its package', async (context) => {
    await provided(context, pythonBase)
    const dockerfile = `FROM ${pythonBase.name}\nRUN rm /lib/*/libexpat.so.1* && python3 -c pass\n`
    expect(await fails(dockerfile)).toMatchInlineSnapshot(`
      "Dockerfile:2:1
      --------------------
         1 |     FROM slipway-test/python
         2 | >>> RUN rm /lib/*/libexpat.so.1* && python3 -c pass
           |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      --------------------
        | python3: error while loading shared libraries: libexpat.so.1: cannot open shared object file: No such file or directory
      ERROR: process "/bin/sh -c rm /lib/*/libexpat.so.1* && python3 -c pass" did not complete successfully: exit code: 127 [run-failed]
        hint: python3 needs the shared library libexpat.so.1, which is not in this stage
              in Debian 12 the package libexpat1 brings it: RUN apt-get update && apt-get install -y --no-install-recommends libexpat1 && rm -rf /var/lib/apt/lists/*
              look inside: slipway debug .
              the whole output: ROOT/logs/BUILD/04-2-2-run-rm-lib-libexpat-so-1-python3-c-pass.log
      exit 3"
    `)
  })

  test('is compared with what the base has', async (context) => {
    await provided(context, 'debian:bookworm-slim')
    // The loader prints this for a program that was linked on a newer release.
    const line = "./app: /lib/x86_64-linux-gnu/libc.so.6: version \\`GLIBC_2.39' not found (required by ./app)"
    expect(await fails(`FROM debian:bookworm-slim\nRUN echo "${line}" >&2; exit 1\n`)).toMatchInlineSnapshot(`
      "Dockerfile:2:1
      --------------------
         1 |     FROM debian:bookworm-slim
         2 | >>> RUN echo "./app: /lib/x86_64-linux-gnu/libc.so.6: version \\\`GLIBC_2.39' not found (requi…
           |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      --------------------
        | ./app: /lib/x86_64-linux-gnu/libc.so.6: version \`GLIBC_2.39' not found (required by ./app)
      ERROR: process "/bin/sh -c echo \\"./app: /lib/x86_64-linux-gnu/libc.so.6: version \\\\\`GLIBC_2.39' not found (required by ./app)\\" >&2; exit 1" did not complete successfully: exit code: 1 [run-failed]
        hint: ./app was built against a newer glibc than this base has: it needs GLIBC_2.39, the base has GLIBC_2.36
              build it in a stage with the same release as this base, or use a newer base here
              GLIBC_2.39 or newer is in Ubuntu 24.04, RHEL 10, Debian 13
              look inside: slipway debug .
              the whole output: ROOT/logs/BUILD/04-2-2-run-echo-app-lib-x86-64-linux-gnu-libc-so-6-version-glib.log
      exit 3"
    `)
  })
})

describe('a user who is not root', () => {
  test('may not write where root does', async () => {
    const dockerfile = 'FROM bb\nWORKDIR /srv/app\nUSER bob\nRUN mkdir node_modules && touch /srv/app/x\n'
    expect(await fails(dockerfile)).toMatchInlineSnapshot(`
      "Dockerfile:4:1
      --------------------
         2 |     WORKDIR /srv/app
         3 |     USER bob
         4 | >>> RUN mkdir node_modules && touch /srv/app/x
           |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      --------------------
        | mkdir: can't create directory 'node_modules': Permission denied
      ERROR: process "/bin/sh -c mkdir node_modules && touch /srv/app/x" did not complete successfully: exit code: 1 [run-failed]
        hint: user bob (set in Dockerfile:3) may not write to /srv/app: /srv/app belongs to root with mode 0755
              give it to the user before USER: RUN mkdir -p /srv/app && chown bob /srv/app
              files that are copied there: COPY --chown=bob ...
              look inside: slipway debug .
              the whole output: ROOT/logs/BUILD/05-3-3-run-mkdir-node-modules-touch-srv-app-x.log
      exit 3"
    `)
    expect(await fails('FROM bb\nUSER bob\nRUN touch /srv.txt\n')).toMatchInlineSnapshot(`
      "Dockerfile:3:1
      --------------------
         1 |     FROM bb
         2 |     USER bob
         3 | >>> RUN touch /srv.txt
           |     ^^^^^^^^^^^^^^^^^^
      --------------------
        | touch: /srv.txt: Permission denied
      ERROR: process "/bin/sh -c touch /srv.txt" did not complete successfully: exit code: 1 [run-failed]
        hint: user bob (set in Dockerfile:2) may not write to /: / belongs to root with mode 0755
              do this above USER, or write to a directory that belongs to bob
              look inside: slipway debug .
              the whole output: ROOT/logs/BUILD/04-2-2-run-touch-srv-txt.log
      exit 3"
    `)
  })

  test('may not install packages', async (context) => {
    await provided(context, 'debian:bookworm-slim')
    expect(await fails('FROM debian:bookworm-slim\nUSER nobody\nRUN apt-get install -y curl\n')).toMatchInlineSnapshot(`
      "Dockerfile:3:1
      --------------------
         1 |     FROM debian:bookworm-slim
         2 |     USER nobody
         3 | >>> RUN apt-get install -y curl
           |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^
      --------------------
        | E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)
        | E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?
      ERROR: process "/bin/sh -c apt-get install -y curl" did not complete successfully: exit code: 100 [run-failed]
        hint: packages are installed by root, and this step runs as user nobody (set in Dockerfile:2)
              move this line above USER, or put USER root before it and the old USER after it
              look inside: slipway debug .
              the whole output: ROOT/logs/BUILD/04-2-2-run-apt-get-install-y-curl.log
      exit 3"
    `)
  })
})

describe('a package that is unknown', () => {
  test('because there are no lists', async (context) => {
    await provided(context, 'debian:bookworm-slim')
    expect(await fails('FROM debian:bookworm-slim\nRUN apt-get install -y curl\n')).toMatchInlineSnapshot(`
      "Dockerfile:2:1
      --------------------
         1 |     FROM debian:bookworm-slim
         2 | >>> RUN apt-get install -y curl
           |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^
      --------------------
        | Reading package lists...
        | Building dependency tree...
        | E: Unable to locate package curl
      ERROR: process "/bin/sh -c apt-get install -y curl" did not complete successfully: exit code: 100 [run-failed]
        hint: apt knows no packages here: there are no lists in /var/lib/apt/lists
              run apt-get update in the same RUN: RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
              look inside: slipway debug .
              the whole output: ROOT/logs/BUILD/04-2-2-run-apt-get-install-y-curl.log
      exit 3"
    `)
  })

  test('because it is misspelt', async (context) => {
    await provided(context, 'debian:bookworm-slim')
    const list = 'lists/deb.debian.org_debian_dists_bookworm_main_binary-amd64_Packages'
    const files = { [list]: 'Package: curl\nArchitecture: amd64\nVersion: 7\n\nPackage: libpq5\nVersion: 15\n' }
    const dockerfile = 'FROM debian:bookworm-slim\nCOPY lists /var/lib/apt/lists/\nRUN apt-get install -y libpq6\n'
    expect(await fails(dockerfile, { files })).toMatchInlineSnapshot(`
      "Dockerfile:3:1
      --------------------
         1 |     FROM debian:bookworm-slim
         2 |     COPY lists /var/lib/apt/lists/
         3 | >>> RUN apt-get install -y libpq6
           |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      --------------------
        | Reading package lists...
        | Building dependency tree...
        | E: Unable to locate package libpq6
      ERROR: process "/bin/sh -c apt-get install -y libpq6" did not complete successfully: exit code: 100 [run-failed]
        hint: apt has no package libpq6; did you mean libpq5?
              look inside: slipway debug .
              the whole output: ROOT/logs/BUILD/06-3-3-run-apt-get-install-y-libpq6.log
      exit 3"
    `)
  })

  test('because it has another name on Alpine', async () => {
    // apk prints this.
    const apk =
      '#!/bin/sh\nprintf "ERROR: unable to select packages:\\n  build-essential (no such package):\\n    required by: world[build-essential]\\n" >&2\nexit 1\n'
    const files = { ...alpine, 'alpine/sbin/apk': { text: apk, mode: 0o755 } }
    const dockerfile = 'FROM bb\nCOPY alpine /\nRUN apk add build-essential\n'
    expect(await fails(dockerfile, { files })).toMatchInlineSnapshot(`
      "Dockerfile:3:1
      --------------------
         1 |     FROM bb
         2 |     COPY alpine /
         3 | >>> RUN apk add build-essential
           |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^
      --------------------
        | ERROR: unable to select packages:
        |   build-essential (no such package):
        |     required by: world[build-essential]
      ERROR: process "/bin/sh -c apk add build-essential" did not complete successfully: exit code: 1 [run-failed]
        hint: apk has no package build-essential; here it is called build-base
              look inside: slipway debug .
              the whole output: ROOT/logs/BUILD/06-3-3-run-apk-add-build-essential.log
      exit 3"
    `)
  })
})

describe('a server', () => {
  test('cannot be found without a network', async () => {
    expect(await fails('FROM bb\nRUN --network=none wget http://example.invalid/\n')).toMatchInlineSnapshot(`
      "Dockerfile:2:1
      --------------------
         1 |     FROM bb
         2 | >>> RUN --network=none wget http://example.invalid/
           |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      --------------------
        | wget: bad address 'example.invalid'
      ERROR: process "/bin/sh -c wget http://example.invalid/" did not complete successfully: exit code: 1 [run-failed]
        hint: the step has no network (--network=none), and asked for example.invalid
              fetch it in an earlier step, or leave --network=none out
              look inside: slipway debug .
              the whole output: ROOT/logs/BUILD/04-2-2-run-network-none-wget-http-example-invalid.log
      exit 3"
    `)
  })

  test('does not accept connections', async () => {
    expect(await fails('FROM bb\nRUN wget http://127.0.0.1:9/\n')).toMatchInlineSnapshot(`
      "Dockerfile:2:1
      --------------------
         1 |     FROM bb
         2 | >>> RUN wget http://REGISTRY/
           |     ^
      --------------------
        | Connecting to REGISTRY (REGISTRY)
        | wget: can't connect to remote host (127.0.0.1): Connection refused
      ERROR: process "/bin/sh -c wget http://REGISTRY/" did not complete successfully: exit code: 1 [run-failed]
        hint: nothing accepts connections at 127.0.0.1
              in a step, localhost is not reliable: start the service in the same RUN, or name a host that steps can reach
              look inside: slipway debug .
              the whole output: ROOT/logs/BUILD/04-2-2-run-wget-http-127-0-0-1-9.log
      exit 3"
    `)
  })

  test('wants credentials', async () => {
    const server = createServer((_, response) => response.writeHead(403).end())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
      expect(await fails('FROM bb\nCOPY url /\nRUN wget $(cat /url)\n', { files: { url } })).toMatchInlineSnapshot(`
        "Dockerfile:3:1
        --------------------
           1 |     FROM bb
           2 |     COPY url /
           3 | >>> RUN wget $(cat /url)
             |     ^
        --------------------
          | Connecting to REGISTRY (REGISTRY)
          | wget: server returned error: HTTP/1.1 403 Forbidden
        ERROR: process "/bin/sh -c wget $(cat /url)" did not complete successfully: exit code: 1 [run-failed]
          hint: the server answered 403: it wants other credentials, or does not give this to anybody
                credentials for the step: --secret id=NAME,src=FILE and RUN --mount=type=secret,id=NAME
                look inside: slipway debug .
                the whole output: ROOT/logs/BUILD/06-3-3-run-wget-cat-url.log
        exit 3"
      `)
    } finally {
      server.close()
    }
  })

  test('has a certificate of an authority that the step does not trust', async (context) => {
    await provided(context, pythonBase)
    const server = await startTlsServer(bench.context({}))
    try {
      const dockerfile = `FROM ${pythonBase.name}\nCOPY url /\nRUN curl -sS $(cat /url)\n`
      const args = ['--trust-host-ca', 'off']
      expect(await fails(dockerfile, { args, files: { url: server.url } })).toMatchInlineSnapshot(`
        "Dockerfile:3:1
        --------------------
           1 |     FROM slipway-test/python
           2 |     COPY url /
           3 | >>> RUN curl -sS $(cat /url)
             |     ^^^^^^^^^^^^^^^^^^^^^^^^
        --------------------
          | curl: (60) SSL certificate problem: unable to get local issuer certificate
          | More details here: https://curl.se/docs/sslcerts.html
          |
          | curl failed to verify the legitimacy of the server and therefore could not
          | establish a secure connection to it. To learn more about this situation and
          | how to fix it, please visit the web page mentioned above.
        ERROR: process "/bin/sh -c curl -sS $(cat /url)" did not complete successfully: exit code: 60 [run-failed]
          hint: the program does not trust the certificate of the server
                --trust-host-ca=off was given; with auto or on, steps trust what this machine trusts
                look inside: slipway debug --trust-host-ca off .
                the whole output: ROOT/logs/BUILD/06-3-3-run-curl-ss-cat-url.log
        exit 3"
      `)
    } finally {
      await server.close()
    }
  })
})

describe('a package manager of a language', () => {
  test('lacks its lock file', async (context) => {
    await provided(context, 'node:20-slim')
    const dockerfile =
      'FROM node:20-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci --loglevel=silent; npm ci 2>&1 | head -n 3; exit 1\n'
    expect(await fails(dockerfile, { files: { 'package.json': '{"name":"a"}' } })).toMatchInlineSnapshot(`
      "Dockerfile:4:1
      --------------------
         2 |     WORKDIR /app
         3 |     COPY . .
         4 | >>> RUN npm ci --loglevel=silent; npm ci 2>&1 | head -n 3; exit 1
           |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      --------------------
        | npm error code EUSAGE
        | npm error
        | npm error The \`npm ci\` command can only install with an existing package-lock.json or
      ERROR: process "/bin/sh -c npm ci --loglevel=silent; npm ci 2>&1 | head -n 3; exit 1" did not complete successfully: exit code: 1 [run-failed]
        hint: npm ci needs a package-lock.json, and there is none in /app
              COPY package*.json ./ brings it along if it exists and .dockerignore does not exclude it
              without one: npm install makes it; commit it
              look inside: slipway debug .
              the whole output: ROOT/logs/BUILD/07-4-4-run-npm-ci-loglevel-silent-npm-ci-2-1-head-n-3-exit-1.log
      exit 3"
    `)
  })

  test('must not touch the Python of the distribution', async (context) => {
    await provided(context, pythonBase)
    expect(await fails(`FROM ${pythonBase.name}\nRUN pip install six\n`)).toMatchInlineSnapshot(`
      "Dockerfile:2:1
      --------------------
         1 |     FROM slipway-test/python
         2 | >>> RUN pip install six
           |     ^^^^^^^^^^^^^^^^^^^
      --------------------
        | error: externally-managed-environment
        |
        | × This environment is externally managed
        | ╰─> To install Python packages system-wide, try apt install
        |     python3-xyz, where xyz is the package you are trying to
        |     install.
        |
        |     If you wish to install a non-Debian-packaged Python package,
        |     create a virtual environment using python3 -m venv path/to/venv.
        |     Then use path/to/venv/bin/python and path/to/venv/bin/pip. Make
        |     sure you have python3-full installed.
        |
        |     If you wish to install a non-Debian packaged Python application,
        |     it may be easiest to use pipx install xyz, which will manage a
        |     virtual environment for you. Make sure you have pipx installed.
        |
        |     See /usr/share/doc/python3.11/README.venv for more information.
        |
        | note: If you believe this is a mistake, please contact your Python installation or OS distribution provider. You can override this, at the risk of breaking your Python installation or OS, by passing --break-system-packages.
        | hint: See PEP 668 for the detailed specification.
      ERROR: process "/bin/sh -c pip install six" did not complete successfully: exit code: 1 [run-failed]
        hint: this Python belongs to the distribution, and pip may not change it (PEP 668)
              use a virtual environment: RUN python3 -m venv /opt/venv, then ENV PATH=/opt/venv/bin:$PATH
              in an image of one application, pip install --break-system-packages does no harm either
              look inside: slipway debug .
              the whole output: ROOT/logs/BUILD/04-2-2-run-pip-install-six.log
      exit 3"
    `)
  })
})

describe('a place', () => {
  test('that is mounted read-only', async () => {
    expect(await fails('FROM bb\nRUN --mount=type=bind,target=/src touch /src/x\n')).toMatchInlineSnapshot(`
      "Dockerfile:2:1
      --------------------
         1 |     FROM bb
         2 | >>> RUN --mount=type=bind,target=/src touch /src/x
           |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      --------------------
        | touch: /src/x: Read-only file system
      ERROR: process "/bin/sh -c touch /src/x" did not complete successfully: exit code: 1 [run-failed]
        hint: --mount=type=bind,target=/src is read-only
              add rw to the mount: what is written there is thrown away after the step
              or COPY the files, or let the program write elsewhere
              look inside: slipway debug .
              the whole output: ROOT/logs/BUILD/05-stage-0-2-2-run-mount-type-bind-target-src-touch-src-x.log
      exit 3"
    `)
  })

  test('that is full', async () => {
    const dockerfile =
      'FROM bb\nRUN --mount=type=tmpfs,target=/scratch,size=4096 dd if=/dev/zero of=/scratch/x bs=8k count=9 2>&1 | head -n 1; exit 1\n'
    expect(await fails(dockerfile)).toMatchInlineSnapshot(`
      "Dockerfile:2:1
      --------------------
         1 |     FROM bb
         2 | >>> RUN --mount=type=tmpfs,target=/scratch,size=4096 dd if=/dev/zero of=/scratch/x bs=8k cou…
           |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      --------------------
        | dd: error writing '/scratch/x': No space left on device
      ERROR: process "/bin/sh -c dd if=/dev/zero of=/scratch/x bs=8k count=9 2>&1 | head -n 1; exit 1" did not complete successfully: exit code: 1 [run-failed]
        hint: the tmpfs at /scratch is full
              raise size= of its --mount, or leave size out
              look inside: slipway debug .
              the whole output: ROOT/logs/BUILD/04-stage-0-2-2-run-mount-type-tmpfs-target-scratch-size-4096-dd.log
      exit 3"
    `)
  })

  test('that is not there', async () => {
    expect(await fails('FROM bb\nRUN cd /srv/app && make\n')).toMatchInlineSnapshot(`
      "Dockerfile:2:1
      --------------------
         1 |     FROM bb
         2 | >>> RUN cd /srv/app && make
           |     ^^^^^^^^^^^^^^^^^^^^^^^
      --------------------
        | /bin/sh: cd: line 0: can't cd to /srv/app: No such file or directory
      ERROR: process "/bin/sh -c cd /srv/app && make" did not complete successfully: exit code: 2 [run-failed]
        hint: there is no directory /srv/app in this stage
              WORKDIR creates a directory and enters it; a cd ends with its RUN
              look inside: slipway debug .
              the whole output: ROOT/logs/BUILD/04-2-2-run-cd-srv-app-make.log
      exit 3"
    `)
  })
})

test('flags of another adduser are told from typing errors', async () => {
  expect(await fails('FROM bb\nRUN adduser --disabled-login app 2>&1 | head -n 1; exit 1\n')).toMatchInlineSnapshot(`
    "Dockerfile:2:1
    --------------------
       1 |     FROM bb
       2 | >>> RUN adduser --disabled-login app 2>&1 | head -n 1; exit 1
         |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    --------------------
      | /bin/sh: adduser: not found
    ERROR: process "/bin/sh -c adduser --disabled-login app 2>&1 | head -n 1; exit 1" did not complete successfully: exit code: 1 [run-failed]
      hint: adduser is not installed in this stage
            look inside: slipway debug .
            the whole output: ROOT/logs/BUILD/04-2-2-run-adduser-disabled-login-app-2-1-head-n-1-exit-1.log
    exit 3"
  `)
})
