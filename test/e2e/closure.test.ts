import path from 'node:path'
import { mkdirSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cargoBase, provideBases, type TestBase } from '../kit/bases.ts'
import { runSlipway, scratchDir, slipway } from '../kit/slipway.ts'

const bench = scratchDir('closure')
const root = path.join(bench.dir, 'root')
const context = path.join(bench.dir, 'context')
const bases: readonly TestBase[] = [cargoBase, 'debian:bookworm-slim', 'gcr.io/distroless/base-debian12']
let reason: string | undefined

/** Stages with a gap, and the same without it. */
const dockerfile = `FROM ${cargoBase.name} AS build
WORKDIR /src
COPY . .
RUN gcc -shared -fPIC -Wl,-soname,libgreet.so.1 -Wl,--version-script=one.map -o one/libgreet.so.1 greet.c \\
 && gcc -shared -fPIC -Wl,-soname,libgreet.so.1 -Wl,--version-script=two.map -o libgreet.so.1 greet.c \\
 && gcc -o app app.c libgreet.so.1 && gcc -static -o still still.c && gcc -o moving still.c

FROM debian:bookworm-slim AS no-library
COPY --from=build /src/app /usr/local/bin/app
CMD ["app"]

FROM no-library AS not-configured
COPY --from=build /src/libgreet.so.1 /usr/local/lib/

FROM not-configured AS configured
RUN ldconfig

FROM no-library AS older-library
COPY --from=build /src/one/libgreet.so.1 /usr/lib/

FROM no-library AS same-library
COPY --from=build /src/libgreet.so.1 /usr/lib/

FROM scratch AS dynamic-on-scratch
COPY --from=build /src/moving /app
ENTRYPOINT ["/app"]

FROM scratch AS static-on-scratch
COPY --from=build /src/still /app
ENTRYPOINT ["/app"]

FROM gcr.io/distroless/base-debian12 AS dynamic-on-distroless
COPY --from=build /src/moving /app
ENTRYPOINT ["/app"]

FROM gcr.io/distroless/base-debian12 AS shell-form-on-distroless
COPY --from=build /src/moving /app
ENTRYPOINT /app

FROM debian:bookworm-slim AS windows-script
COPY --chmod=755 windows.sh /start.sh
ENTRYPOINT ["/start.sh"]
CMD ["echo", "hello"]

FROM debian:bookworm-slim AS unix-script
COPY --chmod=755 start.sh /start.sh
ENTRYPOINT ["/start.sh"]
CMD ["echo", "hello"]

FROM unix-script AS unknown-command
CMD ["gunicorn", "app"]

FROM debian:bookworm-slim AS not-executable
COPY --chmod=644 start.sh /start.sh
ENTRYPOINT ["/start.sh"]

FROM debian:bookworm-slim AS no-user
COPY --from=build /src/still /app
USER app
CMD ["/app"]

FROM debian:bookworm-slim AS user
COPY --from=build /src/still /app
RUN useradd --system app
USER app
CMD ["/app"]

FROM debian:bookworm-slim AS home-of-root
COPY --chmod=755 start.sh /root/.local/bin/app
RUN useradd --system app
USER app
CMD ["/root/.local/bin/app"]
`

const files: Readonly<Record<string, string>> = {
  Dockerfile: dockerfile,
  'greet.c': '#include <stdio.h>\nint greet(void) { return puts("hello"); }\n',
  'app.c': 'int greet(void);\nint main(void) { greet(); return 0; }\n',
  'still.c': '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n',
  'one.map': 'GREET_1 { global: greet; };\n',
  'two.map': 'GREET_1 { }; GREET_2 { global: greet; } GREET_1;\n',
  'one/.keep': '',
  'start.sh': '#!/bin/sh\nset -e\nexec "$@"\n',
  'windows.sh': '#!/bin/sh\r\nset -e\r\nexec "$@"\r\n',
}

beforeAll(async () => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(context, name)), { recursive: true })
    writeFileSync(path.join(context, name), text)
  }
  reason = await provideBases(root, bases)
})
afterAll(() => bench.remove())

const lineOf = (text: string): number => dockerfile.slice(0, dockerfile.indexOf(text)).split('\n').length
const lineIn = (stage: string, text: string): number => {
  const start = dockerfile.indexOf(` AS ${stage}\n`)
  return dockerfile.slice(0, dockerfile.indexOf(text, start)).split('\n').length
}

/** What a build warns of, without hints. */
async function warnings(target: string): Promise<readonly string[]> {
  const { code, stderr } = await runSlipway(['build', '--target', target, '-t', target, '.'], { root, cwd: context })
  expect(code, stderr).toBe(0)
  return stderr.split('\n').filter((line) => / - (?!JSONArgs)[A-Z]\w+: /.test(line))
}

const incomplete: readonly (readonly [stage: string, warning: RegExp, line: () => number])[] = [
  [
    'no-library',
    /MissingLibrary: .*\/app needs libgreet\.so\.1, which is not in the image/,
    () => lineOf('COPY --from=build /src/app'),
  ],
  ['not-configured', /MissingLibrary: .*not where the loader looks/, () => lineOf('COPY --from=build /src/app')],
  [
    'older-library',
    /MissingSymbolVersion: .*needs GREET_2; libgreet\.so\.1 of Debian 12 has up to GREET_1/,
    () => lineOf('COPY --from=build /src/app'),
  ],
  ['dynamic-on-scratch', /MissingInterpreter: \/app is linked dynamically/, () => lineIn('dynamic-on-scratch', 'COPY')],
  [
    'shell-form-on-distroless',
    /MissingProgram: ENTRYPOINT starts \/bin\/sh/,
    () => lineIn('shell-form-on-distroless', 'ENTRYPOINT'),
  ],
  [
    'windows-script',
    /MissingInterpreter: \/start\.sh has Windows line endings/,
    () => lineIn('windows-script', 'COPY'),
  ],
  ['unknown-command', /MissingProgram: \/start\.sh starts gunicorn/, () => lineIn('unix-script', 'COPY')],
  ['not-executable', /NotPermitted: .*not executable/, () => lineIn('not-executable', 'COPY')],
  ['no-user', /UnknownUser: USER names the user app/, () => lineIn('no-user', 'USER')],
  ['home-of-root', /NotPermitted: .*may not enter \/root/, () => lineIn('home-of-root', 'COPY')],
]

const complete = ['configured', 'same-library', 'static-on-scratch', 'dynamic-on-distroless', 'unix-script', 'user']

describe('a build', () => {
  test.for(incomplete)('warns of what %s lacks, and that does not start', async ([stage, warning, line], { skip }) => {
    if (reason !== undefined) skip(reason)
    const found = await warnings(stage)
    expect(found).toEqual([expect.stringMatching(warning)])
    expect(found[0]).toMatch(new RegExp(`\\(Dockerfile:${line()}\\)$`))
    // From memory it says the same.
    expect(await warnings(stage)).toEqual(found)
    const { code, stdout } = await runSlipway(['run', stage], { root })
    expect(code).not.toBe(0)
    expect(stdout).toBe('')
  })

  test.for(complete)('says nothing of %s, and that starts', async (stage, { skip }) => {
    if (reason !== undefined) skip(reason)
    expect(await warnings(stage)).toEqual([])
    expect(await slipway(['run', stage], { root })).toBe('hello\n')
  })

  test('delivers nothing that cannot start when it is strict', async ({ skip }) => {
    if (reason !== undefined) skip(reason)
    const args = ['build', '--target', 'no-library', '-t', 'strict', context]
    const { code, stderr } = await runSlipway([...args, '--strict'], { root })
    expect(code).toBe(1)
    expect(stderr).toContain('[image-incomplete]')
    expect((await runSlipway(['inspect', 'strict'], { root })).code).not.toBe(0)
    const quiet = await runSlipway([...args, '--closure=off'], { root })
    expect([quiet.code, quiet.stderr.includes('MissingLibrary')]).toEqual([0, false])
  })
})
