import { baseOf, joinPath, parentOf } from '../../../fileset/index.ts'
import type { Follow, Followed, Gap, StartedProgram } from '../../closure.ts'
import { type ImageFiles, imageFiles, pathFrom } from '../image-files.ts'
import { classRelease, type ClassSource, classSource, manifestOf } from './jar.ts'
import { modulesNamed, usesTls } from './java-modules.ts'

interface JavaCommand {
  readonly jar?: string
  readonly classPath?: string
  readonly main?: string
  /** Modules, argument files: not followed. */
  readonly unknown?: string
}

interface Runtime {
  readonly release: number | undefined
  /** The modules of the image that jlink made; undefined where nothing lists them. */
  readonly modules: ReadonlySet<string> | undefined
}

/** Programs of Java: jar, class path and main class, the release they were compiled for, the modules of the runtime. */
export const followJava: Follow = (program, image) => {
  if (baseOf(program.path) !== 'java') return undefined
  const files = imageFiles(image)
  const command = readJavaCommand(program.argv)
  const nothing: Followed = { gaps: [], reached: [], loads: [], starts: [], unknown: [] }
  if (command.unknown !== undefined) return { ...nothing, unknown: [command.unknown] }
  const runtime = runtimeOf(program.path, files)
  if (command.jar !== undefined) return { ...nothing, ...followJar(command.jar, { program, files, runtime }) }
  if (command.main === undefined) return nothing
  const classPath = command.classPath ?? program.env['CLASSPATH'] ?? '.'
  return {
    ...nothing,
    ...followMain(command.main, pathEntries(classPath, program.cwd, files), { program, files, runtime }),
  }
}

interface Setting {
  readonly program: StartedProgram
  readonly files: ImageFiles
  readonly runtime: Runtime
}

type Found = Pick<Followed, 'gaps' | 'reached' | 'unknown'>

const withValue =
  /^(-cp|-classpath|--class-path|-p|--module-path|--add-modules|--add-opens|--add-exports|--add-reads|--upgrade-module-path|--limit-modules|--patch-module|--enable-native-access|--source)$/

function readJavaCommand(argv: readonly string[]): JavaCommand {
  let classPath: string | undefined
  for (let at = 1; at < argv.length; at += 1) {
    const word = argv[at] ?? ''
    const given = classPath === undefined ? {} : { classPath }
    if (word.startsWith('@')) return { unknown: `java reads its arguments from ${word.slice(1)}` }
    if (word === '-m' || word === '--module' || word.startsWith('--module='))
      return { unknown: 'java starts a module, which is not followed' }
    if (word === '-jar') return argv[at + 1] === undefined ? {} : { jar: argv[at + 1] as string }
    if (!word.startsWith('-'))
      return word.endsWith('.java') ? { unknown: `java compiles ${word}` } : { ...given, main: word }
    const [name = '', value] = word.split(/=(.*)/s)
    if (/^(-cp|-classpath|--class-path)$/.test(name)) classPath = value ?? argv[at + 1]
    if (withValue.test(word)) at += 1
  }
  return {}
}

function runtimeOf(path: string, files: ImageFiles): Runtime {
  const home = parentOf(parentOf(path))
  const text =
    [home, parentOf(home)].map((at) => files.text(joinPath(at, 'release'))).find((one) => one !== undefined) ?? ''
  const version = /^JAVA_VERSION="(?:1\.)?(\d+)/m.exec(text)?.[1]
  const modules = /^MODULES="([^"]*)"/m.exec(text)?.[1]
  return {
    release: version === undefined ? undefined : Number(version),
    modules: modules === undefined ? undefined : new Set(modules.split(/\s+/)),
  }
}

/** The entries of a class path; `dir/*` stands for the jars of a directory. */
function pathEntries(classPath: string, cwd: string, files: ImageFiles): readonly string[] {
  return classPath.split(':').flatMap((entry) => {
    if (entry !== '*' && !entry.endsWith('/*')) return [pathFrom(cwd, entry === '' ? '.' : entry)]
    const directory = pathFrom(cwd, entry.slice(0, -1))
    return files
      .names(directory)
      .filter((name) => /\.(jar|JAR)$/.test(name))
      .map((name) => joinPath(directory, name))
  })
}

function followJar(jar: string, { program, files, runtime }: Setting): Found {
  const at = pathFrom(program.cwd, jar)
  const path = files.file(at)
  if (path === undefined) return { gaps: [noJar(at)], reached: [], unknown: [] }
  const source = classSource(path, files)
  if (source === undefined) return { gaps: [], reached: [path], unknown: [`/${path} was not read`] }
  const manifest = manifestOf(source)
  const main = manifest['Main-Class']?.trim()
  if (main === undefined || main === '') return { gaps: [noMainClass(path)], reached: [path], unknown: [] }
  const beside = (manifest['Class-Path'] ?? '').split(/\s+/).filter((entry) => entry !== '' && !/^[a-z]+:/.test(entry))
  const entries = [path, ...beside.map((entry) => pathFrom(parentOf(path), entry))]
  const found = followMain(main, entries, { program, files, runtime })
  const started = manifest['Start-Class']?.trim()
  // Spring Boot: its launcher stands at the top of the jar, the program below BOOT-INF.
  const own = started === undefined ? [] : judge(started, [source], { runtime, below: 'BOOT-INF/classes/' })
  return { ...found, gaps: [...found.gaps, ...own] }
}

function followMain(main: string, entries: readonly string[], { files, runtime }: Setting): Found {
  const present = entries.filter((at) => files.file(at) !== undefined || files.directory(at) !== undefined)
  const sources = present.flatMap((at) => classSource(at, files) ?? [])
  const reached = present.flatMap((at) => files.file(at) ?? [])
  const name = `${main.replaceAll('.', '/')}.class`
  const unread = present.length > sources.length
  if (!sources.some((source) => source.has(name))) {
    return unread
      ? { gaps: [], reached, unknown: [`parts of the class path were not read: ${main} may be there`] }
      : { gaps: [noClass(main, entries, files)], reached, unknown: [] }
  }
  return { gaps: judge(main, sources, { runtime, below: '' }), reached, unknown: [] }
}

interface Judging {
  readonly runtime: Runtime
  /** What stands before the names of classes. */
  readonly below: string
}

/** Whether the runtime can load the main class, and has the modules that the classes of its package name. */
function judge(main: string, sources: readonly ClassSource[], { runtime, below }: Judging): readonly Gap[] {
  const name = `${below}${main.replaceAll('.', '/')}.class`
  const source = sources.find((one) => one.has(name))
  const bytes = source?.take((entry) => entry === name).get(name)
  if (source === undefined || bytes === undefined) return []
  const release = classRelease(bytes)
  if (release !== undefined && runtime.release !== undefined && release > runtime.release) {
    return [tooNew({ main, path: source.path, release, has: runtime.release })]
  }
  return runtime.modules === undefined
    ? []
    : moduleGaps(source, { runtime, prefix: name.slice(0, name.lastIndexOf('/') + 1) })
}

function moduleGaps(
  source: ClassSource,
  { runtime, prefix }: { readonly runtime: Runtime; readonly prefix: string },
): readonly Gap[] {
  const classes = source.take(
    (name) => name.endsWith('.class') && (prefix === '' ? !name.includes('/') : name.startsWith(prefix)),
  )
  const missing = new Map<string, string>()
  let tls = false
  for (const [name, bytes] of classes) {
    tls ||= usesTls(bytes)
    for (const module of modulesNamed(bytes))
      if (runtime.modules?.has(module) === false && !missing.has(module)) missing.set(module, name)
  }
  const gaps: Gap[] = [...missing].map(([module, name]) => ({
    kind: 'module',
    severity: 'error',
    message: `${name} in /${source.path} uses the module ${module}, which this runtime of Java was made without`,
    file: source.path,
    needs: module,
    hint: `add ${module} to --add-modules of jlink`,
  }))
  // Elliptic curves moved into java.base with Java 22.
  if (tls && runtime.modules?.has('jdk.crypto.ec') === false && (runtime.release ?? 22) < 22)
    gaps.push(noCurves(source.path))
  return gaps
}

function noCurves(path: string): Gap {
  return {
    kind: 'module',
    severity: 'info',
    message: `/${path} speaks TLS, and this runtime of Java has no jdk.crypto.ec: servers that offer elliptic curves only refuse the handshake`,
    file: path,
    needs: 'jdk.crypto.ec',
    hint: 'add jdk.crypto.ec to --add-modules of jlink',
  }
}

function tooNew({
  main,
  path,
  release,
  has,
}: {
  readonly main: string
  readonly path: string
  readonly release: number
  readonly has: number
}): Gap {
  return {
    kind: 'runtime-version',
    severity: 'error',
    message: `${main} in /${path} was compiled for Java ${release}: Java ${has} refuses it (UnsupportedClassVersionError)`,
    file: path,
    needs: `Java ${release}`,
    hint: `use a base with Java ${release}, or compile with --release ${has}`,
  }
}

function noJar(at: string): Gap {
  return {
    kind: 'module',
    severity: 'error',
    message: `java is to start /${at}, which does not exist`,
    needs: `/${at}`,
    hint: `copy it to /${parentOf(at)}, or mend WORKDIR and the command`,
  }
}

function noMainClass(path: string): Gap {
  return {
    kind: 'module',
    severity: 'error',
    message: `java is to start /${path}, whose manifest names no Main-Class`,
    file: path,
    needs: 'Main-Class',
    hint: 'is this the plain jar of a build that also makes one that can be started?',
  }
}

function noClass(main: string, entries: readonly string[], files: ImageFiles): Gap {
  const gone = entries.filter((at) => files.file(at) === undefined && files.directory(at) === undefined)
  const missing = gone.length === 0 ? '' : `; there is no /${gone.slice(0, 3).join(', /')}`
  return {
    kind: 'module',
    severity: 'error',
    message: `java is to start ${main}, which is nowhere on the class path${missing}`,
    needs: main,
  }
}
