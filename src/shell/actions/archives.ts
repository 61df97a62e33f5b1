import type { ShellWord } from '../command.ts'
import { readOptions, textOf } from './options.ts'
import { absolute, type Deed, pathsOf, type Reader, type Subject, own } from './subject.ts'

/** What takes archives apart, and makes them: tar, unzip, gzip and their kin. */
export const archives: Reader = (subject) => own(readers, subject.program)?.(subject)

const readers: Readonly<Record<string, (subject: Subject) => readonly Deed[] | undefined>> = {
  tar: (subject) => tar(subject),
  bsdtar: (subject) => tar(subject),
  gtar: (subject) => tar(subject),
  unzip: (subject) => {
    const options = readOptions(subject.words, { values: new Set(['-d', '-x', '-P']) })
    const archive = options.operands[0]
    if (archive === undefined || options.has('-l', '-t', '-v', '-p')) return undefined
    return [unpack(subject, textOf(archive), options.value('-d'))]
  },
  '7z': (subject) => sevenZip(subject),
  '7za': (subject) => sevenZip(subject),
  gunzip: (subject) => singles(subject),
  bunzip2: (subject) => singles(subject),
  unxz: (subject) => singles(subject),
  unzstd: (subject) => singles(subject),
  gzip: (subject) => decompress(subject),
  bzip2: (subject) => decompress(subject),
  xz: (subject) => decompress(subject),
  zstd: (subject) => decompress(subject),
}

const tarValues: ReadonlySet<string> = new Set(
  `-f -C -T -X -I -b -g -K -N -V -H --file --directory --files-from --exclude-from --exclude --strip-components --strip
  --transform --xform --owner --group --mode --use-compress-program`.split(/\s+/),
)

function tar(subject: Subject): readonly Deed[] | undefined {
  const options = readOptions(withDash(subject.words), { values: tarValues })
  const file = options.value('-f', '--file')
  const directory = options.value('-C', '--directory')
  if (options.has('-x', '--extract', '--get')) return [unpack(subject, file, directory)]
  if (!options.has('-c', '--create') || file === undefined || file === '-') return undefined
  return [{ kind: 'write', paths: [absolute(subject, file)] }]
}

/** The old spelling `tar xzfC a.tgz /opt`: values follow in the order of their letters. */
function withDash(words: readonly ShellWord[]): readonly ShellWord[] {
  const [first, ...rest] = words
  if (first === undefined || !/^[A-Za-z]+$/.test(textOf(first))) return words
  const made: ShellWord[] = []
  let used = 0
  for (const letter of textOf(first)) {
    made.push({ text: `-${letter}`, value: `-${letter}`, span: first.span })
    const value = rest[used]
    if (!tarValues.has(`-${letter}`) || value === undefined) continue
    made.push(value)
    used += 1
  }
  return [...made, ...rest.slice(used)]
}

function unpack(subject: Subject, archive: string | undefined, directory: string | undefined): Deed {
  const into = directory === undefined ? subject.command.cwd : absolute(subject, directory)
  return {
    kind: 'unpack',
    ...(archive === undefined || archive === '-' ? {} : { archive: absolute(subject, archive) }),
    ...(into === undefined ? {} : { directory: into }),
  }
}

function sevenZip(subject: Subject): readonly Deed[] | undefined {
  const [command, archive] = subject.words.map(textOf)
  if ((command !== 'x' && command !== 'e') || archive === undefined) return undefined
  const into = subject.words.map(textOf).find((word) => word.startsWith('-o'))
  return [unpack(subject, archive, into?.slice(2))]
}

function decompress(subject: Subject): readonly Deed[] | undefined {
  const options = readOptions(subject.words, { values: new Set(['-o', '-T', '-S']) })
  if (options.has('-d', '--decompress', '--uncompress')) return singles(subject)
  const paths = pathsOf(subject, options.operands)
  return paths.length === 0 || options.has('-c', '--stdout', '-l', '-t') ? undefined : [{ kind: 'write', paths }]
}

/** Files that are one compressed file each: they land beside it. */
function singles(subject: Subject): readonly Deed[] | undefined {
  const options = readOptions(subject.words, { values: new Set(['-o', '-T', '-S']) })
  const paths = pathsOf(subject, options.operands)
  return paths.length === 0
    ? undefined
    : paths.map((archive) => ({ kind: 'unpack', archive, directory: archive.replace(/\/[^/]*$/, '') || '/' }))
}
