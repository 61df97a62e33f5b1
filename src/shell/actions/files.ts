import { type Options, readOptions, textOf } from './options.ts'
import { absolute, type Deed, pathsOf, type Reader, type Subject, own } from './subject.ts'

/** What programs do to files: rm, find, mkdir, install, cp, mv, ln, chown, chmod, tee, touch, strip. */
export const files: Reader = (subject) => own(readers, subject.program)?.(subject)

const readers: Readonly<Record<string, (subject: Subject) => readonly Deed[] | undefined>> = {
  rm: (subject) => {
    const options = readOptions(subject.words)
    return deletes(subject, options, options.has('-r', '-R', '--recursive'))
  },
  rmdir: (subject) => deletes(subject, readOptions(subject.words), false),
  unlink: (subject) => deletes(subject, readOptions(subject.words), false),
  shred: (subject) => {
    const options = readOptions(subject.words, { values: new Set(['-n', '-s']) })
    return options.has('-u', '--remove') ? deletes(subject, options, false) : undefined
  },
  find: (subject) => find(subject),
  mkdir: (subject) => {
    const options = readOptions(subject.words, { values: new Set(['-m', '--mode', '-Z']) })
    return [{ kind: 'make-directory', paths: pathsOf(subject, options.operands) }]
  },
  install: (subject) => installFiles(subject),
  cp: (subject) => transfer(subject, 'copy'),
  mv: (subject) => transfer(subject, 'move'),
  ln: (subject) => transfer(subject, 'link'),
  rsync: (subject) => transfer(subject, 'copy'),
  chown: (subject) => owners(subject, 'chown'),
  chgrp: (subject) =>
    owners(subject, 'chown').map((deed) => (deed.kind === 'chown' ? { ...deed, spec: `:${deed.spec}` } : deed)),
  chmod: (subject) => owners(subject, 'chmod'),
  tee: (subject) => [{ kind: 'write', paths: pathsOf(subject, readOptions(subject.words).operands) }],
  touch: (subject) => {
    const options = readOptions(subject.words, { values: new Set(['-d', '-r', '-t', '--date', '--reference']) })
    return [{ kind: 'write', paths: pathsOf(subject, options.operands) }]
  },
  truncate: (subject) => {
    const options = readOptions(subject.words, { values: new Set(['-s', '-r', '--size', '--reference']) })
    return [{ kind: 'write', paths: pathsOf(subject, options.operands) }]
  },
  strip: (subject) => {
    const options = readOptions(subject.words, {
      values: new Set(['-o', '-K', '-N', '-R', '-F', '-I', '-O', '--target']),
    })
    return [{ kind: 'strip', paths: pathsOf(subject, options.operands) }]
  },
}

function deletes(subject: Subject, options: Options, recursive: boolean): readonly Deed[] {
  return [{ kind: 'delete', paths: pathsOf(subject, options.operands), recursive }]
}

/** `find DIR… -name P -delete`, `find DIR… -exec rm -rf {} +`, and the same with strip, chmod and chown. */
function find(subject: Subject): readonly Deed[] | undefined {
  const { words } = subject
  const first = words.findIndex((word) => /^[-(!]|^\\[(!]/.test(textOf(word)) && !/^-[LHP]$/.test(textOf(word)))
  const starts = words.slice(0, first < 0 ? words.length : first).filter((word) => !/^-[LHP]$/.test(textOf(word)))
  const roots = starts.length === 0 ? ['.'] : starts.map(textOf)
  const tests = words.slice(Math.max(0, first))
  const names = tests.flatMap((word, index) =>
    /^-(i?name|i?path|i?wholename)$/.test(textOf(word)) ? [textOf(tests[index + 1] ?? word)] : [],
  )
  const paths = roots.flatMap((root) => foundPaths(absolute(subject, root), names))
  if (words.some((word) => textOf(word) === '-delete')) return [{ kind: 'delete', paths, recursive: false }]
  const exec = words.findIndex((word) => /^-(exec|execdir|ok)$/.test(textOf(word)))
  const program = exec < 0 ? undefined : words[exec + 1]
  if (program === undefined) return undefined
  const name = textOf(program).split('/').at(-1) ?? ''
  const options = readOptions(words.slice(exec + 2).filter((word) => !/^(\{\}|\\?;|\+)$/.test(textOf(word))))
  if (name === 'rm') return [{ kind: 'delete', paths, recursive: options.has('-r', '-R', '--recursive') }]
  if (name === 'strip') return [{ kind: 'strip', paths }]
  if (name !== 'chmod' && name !== 'chown') return undefined
  const spec = options.operands[0]
  return spec === undefined ? undefined : [{ kind: name, recursive: true, spec: textOf(spec), paths }]
}

/** Where the files lie that `find` looks for: at any depth. Without a name: everything below. */
function foundPaths(root: string, names: readonly string[]): readonly string[] {
  const base = root === '/' ? '' : root
  if (names.length === 0) return [`${base}/**`]
  return names.map((name) => (name.includes('/') ? name : `${base}/**/${name}`))
}

function installFiles(subject: Subject): readonly Deed[] {
  const values = new Set(['-m', '-o', '-g', '-t', '-S', '--mode', '--owner', '--group', '--target-directory'])
  const options = readOptions(subject.words, { values })
  const deeds: Deed[] = []
  const targets = options.has('-d', '--directory') ? pathsOf(subject, options.operands) : undefined
  if (targets !== undefined) deeds.push({ kind: 'make-directory', paths: targets })
  else deeds.push(...copied(subject, options, 'copy'))
  const owner = options.value('-o', '--owner')
  const group = options.value('-g', '--group')
  const mode = options.value('-m', '--mode')
  const paths = targets ?? deeds.flatMap((deed) => (deed.kind === 'copy' ? [deed.destination] : []))
  if (owner !== undefined || group !== undefined)
    deeds.push({
      kind: 'chown',
      recursive: false,
      spec: `${owner ?? ''}${group === undefined ? '' : `:${group}`}`,
      paths,
    })
  if (mode !== undefined) deeds.push({ kind: 'chmod', recursive: false, spec: mode, paths })
  return deeds
}

function transfer(subject: Subject, kind: 'copy' | 'move' | 'link'): readonly Deed[] {
  const values = new Set(['-t', '-S', '--target-directory', '--suffix', '--exclude', '--include', '-e', '--rsh'])
  return copied(subject, readOptions(subject.words, { values }), kind)
}

function copied(subject: Subject, options: Options, kind: 'copy' | 'move' | 'link'): readonly Deed[] {
  const into = options.value('-t', '--target-directory')
  const last = into ?? options.operands.at(-1)
  const sources = into === undefined ? options.operands.slice(0, -1) : options.operands
  if (last === undefined) return []
  const written = typeof last === 'string' ? last : textOf(last)
  // `ln -s target` makes the link in the directory it runs in.
  if (sources.length === 0)
    return kind === 'link'
      ? [{ kind, sources: pathsOf(subject, options.operands), destination: absolute(subject, '.') }]
      : []
  // The target of a symbolic link counts from the link.
  const kept = kind === 'link' && options.has('-s', '--symbolic') ? sources.map(textOf) : pathsOf(subject, sources)
  return [{ kind, sources: kept, destination: withSlash(absolute(subject, written), written) }]
}

/** A slash at the end says that the destination is a directory. */
function withSlash(path: string, written: string): string {
  return /\/\.?$/.test(written) && !path.endsWith('/') ? `${path}/` : path
}

function owners(subject: Subject, kind: 'chown' | 'chmod'): readonly Deed[] {
  // `chmod -x file`: the mode looks like an option.
  const mode = kind === 'chmod' ? subject.words.findIndex((word) => /^-[rwxXst]+$/.test(textOf(word))) : -1
  const words = subject.words.filter((_, index) => index !== mode)
  const options = readOptions(words, { values: new Set(['--from']) })
  const reference = options.value('--reference')
  const modeWord = mode < 0 ? undefined : subject.words[mode]
  const own = modeWord === undefined && reference === undefined
  const spec = own ? options.operands[0] : modeWord
  const targets = own ? options.operands.slice(1) : options.operands
  if (targets.length === 0) return []
  const text = spec === undefined ? (reference ?? '') : textOf(spec)
  return [{ kind, recursive: options.has('-R', '--recursive'), spec: text, paths: pathsOf(subject, targets) }]
}
