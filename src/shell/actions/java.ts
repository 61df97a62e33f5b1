import { install } from './install.ts'
import { readOptions, textOf } from './options.ts'
import { absolute, type Deed, type Reader, type Subject, own } from './subject.ts'

/** What maven, gradle, sbt and the tools of the JDK do. */
export const java: Reader = (subject) => {
  if (/^mvnd?w?$/.test(subject.program)) return maven(subject)
  if (/^gradlew?$/.test(subject.program)) return gradle(subject)
  return own(tools, subject.program)?.(subject)
}

function maven(subject: Subject): readonly Deed[] | undefined {
  const values = new Set([
    '-f',
    '--file',
    '-P',
    '-pl',
    '--projects',
    '-s',
    '--settings',
    '-gs',
    '-T',
    '--threads',
    '-l',
    '-b',
    '-rf',
  ])
  const options = readOptions(subject.words, { values, singleDash: true })
  const goals = options.operands.map(textOf)
  const file = options.value('-f', '--file')
  const where = placeOf(subject, file === undefined ? undefined : file.replace(/\/?[^/]*\.xml$/, '') || '.')
  const deeds: Deed[] = []
  const fetching = goals.find((goal) =>
    /dependency(-plugin)?(:[\d.]+)?:(go-offline|resolve|resolve-plugins|copy-dependencies|get)$|de\.qaware.*:go-offline/.test(
      goal,
    ),
  )
  if (fetching !== undefined)
    deeds.push(
      install('maven', fetching.replace(/^.*?(?=dependency:)/, ''), { what: 'manifest', scope: 'project', ...where }),
    )
  const made = goals.filter((goal) =>
    /^(compile|package|install|verify|deploy|process-classes|prepare-package)$|(spring-boot|quarkus|jib|shade|assembly|native|jlink|war|jar)[^:]*:/.test(
      goal,
    ),
  )
  if (made.length > 0) deeds.push({ kind: 'build', tool: 'maven', script: made.join(' '), ...where, outputs: [] })
  if (goals.includes('test') || goals.includes('integration-test')) deeds.push({ kind: 'test', tool: 'maven' })
  return deeds
}

function gradle(subject: Subject): readonly Deed[] | undefined {
  const values = new Set([
    '-p',
    '--project-dir',
    '-x',
    '--exclude-task',
    '-b',
    '--build-file',
    '-g',
    '--gradle-user-home',
    '-I',
    '--init-script',
    '--console',
    '--max-workers',
    '-c',
    '--tests',
    '--configuration',
  ])
  const options = readOptions(subject.words, { values, singleDash: true })
  const where = placeOf(subject, options.value('-p', '--project-dir'))
  const tasks = options.operands.map((word) => textOf(word).split(':').at(-1) ?? '')
  const deeds: Deed[] = []
  const fetching = tasks.find((task) =>
    /^(dependencies|(resolve|download|fetch|copy|getD|cacheD).*depend.*|.*dependencies)$/i.test(task),
  )
  if (fetching !== undefined) deeds.push(install('gradle', fetching, { what: 'manifest', scope: 'project', ...where }))
  const made = tasks.filter((task) =>
    /^(build|assemble|jar|war|classes|publish.*|native.*|dist.*|install.*|compile.*|.*(Jar|War|Dist|Zip|Tar|Image|Runtime|Classes|Native.*|Distribution.*))$|^(assemble|bundle)/.test(
      task,
    ),
  )
  if (made.length > 0) deeds.push({ kind: 'build', tool: 'gradle', script: made.join(' '), ...where, outputs: [] })
  if (tasks.includes('test') || tasks.includes('check')) deeds.push({ kind: 'test', tool: 'gradle' })
  return deeds
}

const tools: Readonly<Record<string, (subject: Subject) => readonly Deed[] | undefined>> = {
  javac: (subject) =>
    compiled(
      subject,
      ['-d'],
      [
        '-cp',
        '-classpath',
        '--class-path',
        '-sourcepath',
        '-source',
        '-target',
        '--release',
        '-encoding',
        '-p',
        '--module-path',
      ],
    ),
  kotlinc: (subject) => compiled(subject, ['-d'], ['-cp', '-classpath']),
  jlink: (subject) =>
    compiled(
      subject,
      ['--output'],
      ['--add-modules', '--module-path', '-p', '--compress', '--launcher', '--vm', '--bind-services'],
      true,
    ),
  jpackage: (subject) => compiled(subject, ['-d', '--dest'], ['--name', '--type', '--input', '--main-jar'], true),
  'native-image': (subject) => compiled(subject, ['-o'], ['-cp', '-jar', '-classpath']),
  jar: (subject) => {
    const [first, second] = subject.words.map(textOf)
    if (!/^-?-?c/.test(first ?? ''))
      return /^-?-?x/.test(first ?? '') && second !== undefined
        ? [{ kind: 'unpack', archive: absolute(subject, second), ...placeOf(subject, undefined) }]
        : undefined
    return [
      {
        kind: 'build',
        tool: 'jar',
        ...placeOf(subject, undefined),
        outputs: second === undefined ? [] : [absolute(subject, second)],
      },
    ]
  },
  sbt: (subject) => scripted(subject, /assembly|package|stage|dist|compile|publish|universal/, /^test/),
  lein: (subject) => scripted(subject, /uberjar|jar|compile/, /^test/, /^deps/),
  ant: (subject) => scripted(subject, /./, /^test/),
}

function compiled(
  subject: Subject,
  outputs: readonly string[],
  values: readonly string[],
  bare = false,
): readonly Deed[] | undefined {
  const options = readOptions(subject.words, { values: new Set([...outputs, ...values]), singleDash: true })
  if (options.operands.length === 0 && !bare && options.value(...values) === undefined) return undefined
  if (bare && options.value(...outputs) === undefined) return undefined
  const paths = options.values(...outputs).map((path) => absolute(subject, path))
  const fixed = options.has('--static') ? { static: true } : {}
  const strip = options.has('--strip-debug', '-G') ? { stripped: true } : {}
  return [{ kind: 'build', tool: subject.program, ...placeOf(subject, undefined), outputs: paths, ...fixed, ...strip }]
}

function scripted(subject: Subject, builds: RegExp, tests: RegExp, fetches?: RegExp): readonly Deed[] | undefined {
  const words = readOptions(subject.words, { singleDash: true }).operands.map(textOf)
  const made = words.filter((word) => builds.test(word) && !tests.test(word))
  if (made.length > 0)
    return [
      { kind: 'build', tool: subject.program, script: made.join(' '), ...placeOf(subject, undefined), outputs: [] },
    ]
  if (words.some((word) => tests.test(word))) return [{ kind: 'test', tool: subject.program }]
  if (fetches === undefined || !words.some((word) => fetches.test(word))) return undefined
  return [install('maven', words.join(' '), { what: 'manifest', scope: 'project', ...placeOf(subject, undefined) })]
}

function placeOf(subject: Subject, directory: string | undefined): { readonly directory?: string } {
  const place = directory === undefined ? subject.command.cwd : absolute(subject, directory)
  return place === undefined ? {} : { directory: place }
}
