import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { failingBuild } from '../kit/failing-build.ts'
import { openWorkbench, type Workbench } from '../kit/workbench.ts'

let bench: Workbench
beforeAll(async () => {
  bench = await openWorkbench('errors')
})
afterAll(() => bench.remove())

describe('a mistake in the Dockerfile is shown with its line:', () => {
  test('an unknown instruction', async () => {
    expect(await failingBuild(bench, 'FROM bb\nCPOY a b\n')).toMatchInlineSnapshot(`
      "Dockerfile:2:1
      --------------------
         1 |     FROM bb
         2 | >>> CPOY a b
           |     ^^^^
      --------------------
      ERROR: unknown instruction: CPOY [dockerfile-syntax]
        hint: did you mean COPY?
      exit 2"
    `)
  })
  test('an unknown flag', async () => {
    expect(await failingBuild(bench, 'FROM bb\nCOPY --form=a b c\n')).toMatchInlineSnapshot(`
      "Dockerfile:2:6
      --------------------
         1 |     FROM bb
         2 | >>> COPY --form=a b c
           |          ^^^^^^^^
      --------------------
      ERROR: unknown flag: --form [dockerfile-syntax]
        hint: did you mean --from?
      exit 2"
    `)
  })
  test('a stage that copies from itself', async () => {
    expect(await failingBuild(bench, 'FROM bb AS a\nCOPY --from=a /x /x\n')).toMatchInlineSnapshot(`
      "Dockerfile:2:1
      --------------------
         1 |     FROM bb AS a
         2 | >>> COPY --from=a /x /x
           |     ^^^^^^^^^^^^^^^^^^^
      --------------------
      ERROR: stage a copies from itself [circular-stages]
      exit 2"
    `)
  })
  test('stages that copy from each other', async () => {
    expect(
      await failingBuild(bench, 'FROM bb AS a\nCOPY --from=b /x /x\nFROM bb AS b\nCOPY --from=a /x /x\n'),
    ).toMatchInlineSnapshot(`
      "Dockerfile:2:1, Dockerfile:4:1
      --------------------
         1 |     FROM bb AS a
         2 | >>> COPY --from=b /x /x
           |     ^^^^^^^^^^^^^^^^^^^
         3 |     FROM bb AS b
         4 | >>> COPY --from=a /x /x
           |     ^^^^^^^^^^^^^^^^^^^
      --------------------
      ERROR: stages depend on each other: a -> b -> a [circular-stages]
      exit 2"
    `)
  })
  test('an unknown target', async () => {
    expect(
      await failingBuild(bench, 'FROM bb AS builder\nFROM bb\n', { args: ['--target', 'bilder'] }),
    ).toMatchInlineSnapshot(`
      "Dockerfile:2:1
      --------------------
         1 |     FROM bb AS builder
         2 | >>> FROM bb
           |     ^^^^^^^
      --------------------
      ERROR: target stage "bilder" could not be found [unknown-stage]
        hint: did you mean builder?
      exit 2"
    `)
  })
  test('a stage number that does not exist', async () => {
    expect(await failingBuild(bench, 'FROM bb\nCOPY --from=7 /a /b\n')).toMatchInlineSnapshot(`
      "Dockerfile:2:13
      --------------------
         1 |     FROM bb
         2 | >>> COPY --from=7 /a /b
           |                 ^
      --------------------
      ERROR: there is no stage 7 [unknown-stage]
        hint: the file has 1 FROM line, numbered from 0
      exit 2"
    `)
  })
  test('a file without a stage', async () => {
    expect(await failingBuild(bench, '# nothing\n')).toMatchInlineSnapshot(`
      "Dockerfile:1:1
      --------------------
         1 | >>> # nothing
           |     ^^^^^^^^^
      --------------------
      ERROR: file with no instructions [dockerfile-syntax]
      exit 2"
    `)
  })
})

describe('a missing source of COPY comes with what may have been meant:', () => {
  test('the nearest path', async () => {
    expect(
      await failingBuild(bench, 'FROM bb\nCOPY src/mian.js /\n', {
        files: { 'src/main.js': '', 'secret.key': '', '.dockerignore': '*.key' },
      }),
    ).toMatchInlineSnapshot(`
      "Dockerfile:2:1
      --------------------
         1 |     FROM bb
         2 | >>> COPY src/mian.js /
           |     ^^^^^^^^^^^^^^^^^^
      --------------------
      ERROR: "/src/mian.js": not found in the build context [context-path-missing]
        hint: did you mean /src/main.js?
      exit 2"
    `)
  })
  test('the pattern that ignores it', async () => {
    expect(
      await failingBuild(bench, 'FROM bb\nCOPY secret.key /\n', {
        files: { 'src/main.js': '', 'secret.key': '', '.dockerignore': '*.key' },
      }),
    ).toMatchInlineSnapshot(`
      "Dockerfile:2:1
      --------------------
         1 |     FROM bb
         2 | >>> COPY secret.key /
           |     ^^^^^^^^^^^^^^^^^
      --------------------
      ERROR: "/secret.key": not found, because the ignore file excludes it [context-path-missing]
        hint: the pattern "*.key" matches it; bring it back with a line !secret.key
      exit 2"
    `)
  })
  test('the stage that has it', async () => {
    expect(
      await failingBuild(
        bench,
        'FROM bb AS builder\nRUN mkdir /app && echo x > /app/out.js\nFROM bb\nCOPY --from=builder /app/out.js /first\nCOPY app/out.js /\n',
        { files: { 'src/main.js': '', 'secret.key': '', '.dockerignore': '*.key' } },
      ),
    ).toMatchInlineSnapshot(`
      "Dockerfile:5:1
      --------------------
         3 |     FROM bb
         4 |     COPY --from=builder /app/out.js /first
         5 | >>> COPY app/out.js /
           |     ^^^^^^^^^^^^^^^^^
      --------------------
      ERROR: "/app/out.js": not found in the build context [context-path-missing]
        hint: it exists in stage builder: did you mean --from=builder?
      exit 2"
    `)
  })
  test('the nearest path of the stage', async () => {
    expect(
      await failingBuild(
        bench,
        'FROM bb AS builder\nRUN mkdir /app && echo x > /app/out.js\nFROM bb\nCOPY --from=builder /app/ot.js /\n',
      ),
    ).toMatchInlineSnapshot(`
      "Dockerfile:4:1
      --------------------
         2 |     RUN mkdir /app && echo x > /app/out.js
         3 |     FROM bb
         4 | >>> COPY --from=builder /app/ot.js /
           |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      --------------------
      ERROR: "/app/ot.js": not found in the source image or stage [context-path-missing]
        hint: did you mean /app/out.js?
      exit 2"
    `)
  })
})

describe('a step that fails says why:', () => {
  test('the command, its code, its last lines, its log and the way inside', async () => {
    expect(
      await failingBuild(bench, 'FROM bb\nRUN for i in $(seq 30); do echo line $i; done; exit 42\n'),
    ).toMatchInlineSnapshot(`
      "Dockerfile:2:1
      --------------------
         1 |     FROM bb
         2 | >>> RUN for i in $(seq 30); do echo line $i; done; exit 42
           |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      --------------------
        | line 11
        | line 12
        | line 13
        | line 14
        | line 15
        | line 16
        | line 17
        | line 18
        | line 19
        | line 20
        | line 21
        | line 22
        | line 23
        | line 24
        | line 25
        | line 26
        | line 27
        | line 28
        | line 29
        | line 30
      ERROR: process "/bin/sh -c for i in $(seq 30); do echo line $i; done; exit 42" did not complete successfully: exit code: 42 [run-failed]
        hint: look inside: slipway debug .
              the whole output: ROOT/logs/BUILD/04-2-2-run-for-i-in-seq-30-do-echo-line-i-done-exit-42.log
      exit 3"
    `)
  })
  test('a command that is not installed, with the nearest name', async () => {
    expect(await failingBuild(bench, 'FROM bb\nRUN gerp x /etc/passwd\n')).toMatchInlineSnapshot(`
      "Dockerfile:2:1
      --------------------
         1 |     FROM bb
         2 | >>> RUN gerp x /etc/passwd
           |     ^^^^^^^^^^^^^^^^^^^^^^
      --------------------
        | /bin/sh: gerp: not found
      ERROR: process "/bin/sh -c gerp x /etc/passwd" did not complete successfully: exit code: 127 [run-failed]
        hint: gerp is not installed in this stage; did you mean grep?
              look inside: slipway debug .
              the whole output: ROOT/logs/BUILD/04-2-2-run-gerp-x-etc-passwd.log
      exit 3"
    `)
  })
  test('a stage without a shell', async () => {
    expect(await failingBuild(bench, 'FROM scratch\nRUN echo hi\n')).toMatchInlineSnapshot(`
      "Dockerfile:2:1
      --------------------
         1 |     FROM scratch
         2 | >>> RUN echo hi
           |     ^^^^^^^^^^^
      --------------------
        | executable file \`/bin/sh\` not found in $PATH: No such file or directory
      ERROR: process "/bin/sh -c echo hi" did not complete successfully: exit code: 127 [run-failed]
        hint: this stage has no /bin/sh
              use the exec form RUN ["program", "argument"], or do the work in a stage that has a shell and COPY the result
              look inside: slipway debug .
              the whole output: ROOT/logs/BUILD/03-1-1-run-echo-hi.log
      exit 3"
    `)
  })
  test('a signal', async () => {
    expect(await failingBuild(bench, "FROM bb\nRUN sh -c 'kill -KILL $$'; exit $?\n")).toMatchInlineSnapshot(`
      "Dockerfile:2:1
      --------------------
         1 |     FROM bb
         2 | >>> RUN sh -c 'kill -KILL $$'; exit $?
           |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      --------------------
        | Killed
      ERROR: process "/bin/sh -c sh -c 'kill -KILL $$'; exit $?" was ended by SIGKILL [run-failed]
        hint: look inside: slipway debug .
              the whole output: ROOT/logs/BUILD/04-2-2-run-sh-c-kill-kill-exit.log
      exit 3"
    `)
  })
  test('a user that does not exist', async () => {
    expect(await failingBuild(bench, 'FROM bb\nUSER nobodyknows\nRUN id\n')).toMatchInlineSnapshot(`
      "Dockerfile:3:1
      --------------------
         1 |     FROM bb
         2 |     USER nobodyknows
         3 | >>> RUN id
           |     ^^^^^^
      --------------------
      ERROR: user nobodyknows is not in /etc/passwd of the image [unknown-user]
        hint: create it in an earlier RUN (useradd or adduser) or use a numeric id
      exit 3"
    `)
  })
  test('a secret that is required, before anything runs', async () => {
    expect(
      await failingBuild(bench, 'FROM bb\nRUN false\nRUN --mount=type=secret,id=npmrc,required=true true\n'),
    ).toMatchInlineSnapshot(`
      "Dockerfile:3:1
      --------------------
         1 |     FROM bb
         2 |     RUN false
         3 | >>> RUN --mount=type=secret,id=npmrc,required=true true
           |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      --------------------
      ERROR: the step requires the secret "npmrc", which was not given [secret-missing]
        hint: add --secret id=npmrc,src=FILE (or ,env=NAME)
      exit 2"
    `)
  })
  test('an ssh agent that is required, before anything runs', async () => {
    expect(
      await failingBuild(bench, 'FROM bb\nRUN false\nRUN --mount=type=ssh,required=true true\n'),
    ).toMatchInlineSnapshot(`
      "Dockerfile:3:1
      --------------------
         1 |     FROM bb
         2 |     RUN false
         3 | >>> RUN --mount=type=ssh,required=true true
           |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      --------------------
      ERROR: the step requires the ssh "default", which was not given [ssh-missing]
        hint: add --ssh default
      exit 2"
    `)
  })
})

describe('what surrounds the Dockerfile is named:', () => {
  test('a bad ignore pattern', async () => {
    expect(
      await failingBuild(bench, 'FROM bb\nCOPY src /\n', { files: { '.dockerignore': 'ok\n[a-\n', src: '' } }),
    ).toMatchInlineSnapshot(`
      ".dockerignore:2:1
      --------------------
         1 |     ok
         2 | >>> [a-
           |     ^^^
      --------------------
      ERROR: syntax error in pattern "[a-" [bad-ignore-pattern]
      exit 2"
    `)
  })
  test('a missing Dockerfile', async () => {
    expect(
      await failingBuild(bench, 'FROM bb\n', { where: 'src', files: { 'src/main.js': '' } }),
    ).toMatchInlineSnapshot(`
      "ERROR: there is no src/Dockerfile [dockerfile-missing]
        hint: name the Dockerfile with -f, or the context directory as the last argument
      exit 2"
    `)
  })
  test('a misspelt Dockerfile', async () => {
    expect(await failingBuild(bench, 'FROM bb\n', { args: ['-f', 'Dockerfil'] })).toMatchInlineSnapshot(`
      "ERROR: there is no Dockerfil [dockerfile-missing]
        hint: there is Dockerfile; name it with -f
      exit 2"
    `)
  })
  test('a missing context', async () => {
    expect(
      await failingBuild(bench, 'FROM bb\n', { where: './srcc', files: { 'src/main.js': '' } }),
    ).toMatchInlineSnapshot(`
      "ERROR: there is no directory ./srcc [context-unreadable]
        hint: the last argument of a build is its context directory
      exit 2"
    `)
  })
  test('no context at all', async () => {
    expect(await failingBuild(bench, 'FROM bb\n', { where: '' })).toMatchInlineSnapshot(`
      "ERROR: the build context is missing [usage]
        hint: for the current directory: slipway build .
      exit 2"
    `)
  })
  test('an output of no known type', async () => {
    expect(await failingBuild(bench, 'FROM bb\n', { args: ['-o', 'type=zip,dest=x'] })).toMatchInlineSnapshot(`
      "ERROR: bad output "type=zip,dest=x": there is no output type zip [bad-option-value]
      exit 2"
    `)
  })
  test('an output with an unknown option', async () => {
    expect(await failingBuild(bench, 'FROM bb\n', { args: ['-o', 'type=oci,dset=x'] })).toMatchInlineSnapshot(`
      "ERROR: bad output "type=oci,dset=x": type=oci has no option dset [bad-option-value]
        hint: did you mean dest?
      exit 2"
    `)
  })
  test('an output without a place', async () => {
    expect(await failingBuild(bench, 'FROM bb\n', { args: ['-o', 'type=local'] })).toMatchInlineSnapshot(`
      "ERROR: bad output "type=local": type=local needs dest=DIRECTORY [bad-option-value]
      exit 2"
    `)
  })
  test('a misspelt flag', async () => {
    expect(await failingBuild(bench, 'FROM bb\n', { args: ['--traget', 'x'] })).toMatchInlineSnapshot(`
      "ERROR: there is no flag --traget for slipway build [usage]
        hint: did you mean --target?
      exit 2"
    `)
  })
})
