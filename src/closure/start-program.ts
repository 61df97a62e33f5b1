import type { ClosureImage, Follow, StartedProgram } from './closure.ts'
import type { Findings } from './findings.ts'
import { findProgram, type ProgramLookup } from './find-program.ts'
import { programHint } from './hints.ts'
import { loadProgram, type Process } from './loader/load-program.ts'
import { closedDirectory, mayUse, rightsInWords } from './identity.ts'
import { readArgv } from '../shell/index.ts'
import { followText } from './script.ts'
import { type Found, openRoot } from './root.ts'
import { changesUser } from './shell-programs.ts'
import type { Start, Starter, Walk } from './walk.ts'
import { readShebang } from '../inventory/index.ts'

const deepest = 16

/** A walk that has seen nothing yet. */
export function openWalk(image: ClosureImage, findings: Findings, followers: readonly Follow[]): Walk {
  const walk: Walk = {
    root: openRoot(image),
    findings,
    followers,
    seen: new Set(),
    start: (start) => startProgram(walk, start),
  }
  return walk
}

/** Follows a program to all it needs. */
function startProgram(walk: Walk, start: Start): void {
  const { root, findings } = walk
  const [name = ''] = start.argv
  if (start.depth > deepest || name === '') return
  const looked = findProgram(root, name, start)
  if (looked.kind !== 'found') {
    notStarted(walk, start, looked)
    return
  }
  const key = JSON.stringify([looked.found.path, start.argv, start.cwd, start.env.PATH])
  if (walk.seen.has(key)) return
  walk.seen.add(key)
  findings.reach(looked.found.path)
  runFile(walk, start, { found: looked.found, at: looked.at })
}

/** What the kernel does with a file, and what follows from the words behind it. */
function runFile(walk: Walk, start: Start, { found, at }: { readonly found: Found; readonly at: string }): void {
  const { root, findings } = walk
  const { path } = found
  const head = root.head(path)
  if (head === undefined) {
    findings.doubt(`/${path} cannot be read`)
    return
  }
  const words = readShebang(head)
  if (words !== undefined) {
    runScript(walk, start, { found, at, words })
    return
  }
  const elf = root.elf(path)
  if (elf === undefined) {
    noProgram(walk, start, found)
    return
  }
  const running = loadProgram(walk, { path, elf, env: start.env })
  const program: StartedProgram = { path, argv: start.argv, cwd: start.cwd, env: start.env }
  if (!followLanguage(walk, start, { program, running })) runWords(walk, start)
}

/** A `#!` line: the kernel starts the interpreter with the path of the script. */
function runScript(
  walk: Walk,
  start: Start,
  { found, at, words }: { readonly found: Found; readonly at: string; readonly words: readonly string[] },
): void {
  const { root, findings } = walk
  const [interpreter = ''] = words
  const { identity } = start
  if (identity !== undefined && !mayUse(identity, found.node, 4)) {
    findings.gap({
      kind: 'permission',
      severity: start.by.severity,
      message: `the user ${identity.name} may not read the script /${found.path} (${rightsInWords(found.node)})`,
      file: found.path,
      needs: `/${found.path}`,
      hint: 'COPY --chmod=755',
    })
    return
  }
  const isWindows = words.at(-1)?.endsWith('\r') === true
  if (isWindows || root.find(interpreter) === undefined) {
    const shown = interpreter.replace('\r', '')
    const hint = isWindows
      ? 'save the script with Unix line endings (LF), and put `*.sh text eol=lf` into .gitattributes'
      : programHint(root, shown.split('/').at(-1) ?? '')
    findings.gap({
      kind: 'interpreter',
      severity: start.by.severity,
      message: isWindows
        ? `/${found.path} has Windows line endings: its #! line ends with a carriage return`
        : `/${found.path} wants the interpreter ${shown}, which is not in the image`,
      file: found.path,
      needs: shown,
      ...(hint === undefined ? {} : { hint }),
    })
    return
  }
  const argv = [...splitWords(words), `/${at}`, ...start.argv.slice(1)]
  startProgram(walk, { ...start, argv, by: { ...start.by, file: found.path }, depth: start.depth + 1 })
}

/** All that follows the interpreter is one word for the kernel; `env -S` splits it. */
function splitWords([interpreter = '', ...rest]: readonly string[]): readonly string[] {
  if (/(?:^|\/)env$/.test(interpreter)) {
    return [interpreter, ...(rest[0] === '-S' ? rest.slice(1) : rest)]
  }
  return rest.length === 0 ? [interpreter] : [interpreter, rest.join(' ')]
}

/** Whether a follower knows the language of the program. */
function followLanguage(
  walk: Walk,
  start: Start,
  { program, running }: { readonly program: StartedProgram; readonly running: Process | undefined },
): boolean {
  const { findings, root } = walk
  for (const follow of walk.followers) {
    const followed = follow(program, root.image)
    if (followed === undefined) continue
    for (const gap of followed.gaps) findings.gap(gap)
    for (const path of followed.reached) {
      findings.reach(path)
      const when = followed.uncertain?.get(path)
      if (when !== 'guarded')
        unreadable(walk, when === 'later' ? { ...start, by: { severity: 'warning' } } : start, path)
    }
    for (const sentence of followed.unknown) findings.doubt(sentence)
    for (const path of followed.loads) running?.load(root.find(path)?.path ?? path)
    for (const next of followed.starts) {
      startProgram(walk, { ...start, ...next, by: { severity: start.by.severity }, depth: start.depth + 1 })
    }
    return true
  }
  return false
}

/** A file that a program reads and its user may not. */
function unreadable({ root, findings }: Walk, { identity, by }: Start, path: string): void {
  if (identity === undefined || identity.uid === 0) return
  const found = root.find(path)
  if (found === undefined) return
  const closed = closedDirectory(root, identity, path)
  const directory = closed === undefined ? undefined : root.find(closed)
  const culprit = directory ?? (mayUse(identity, found.node, 4) ? undefined : found)
  if (culprit === undefined) return
  findings.gap({
    kind: 'permission',
    severity: by.severity,
    message: `the user ${identity.name} may not ${directory === undefined ? 'read' : 'enter'} /${culprit.path} (${rightsInWords(culprit.node)})`,
    file: path,
    needs: `/${culprit.path}`,
    hint: `COPY --chown=${identity.name} or --chmod, or put it where every user may read`,
  })
}

/** Wrappers and shells run what their words say. */
function runWords(walk: Walk, start: Start): void {
  const meaning = readArgv(start.argv)
  if (meaning === undefined) return
  const { identity, ...others } = start
  const kept = identity === undefined ? {} : { identity }
  if (meaning.kind === 'wrapper') {
    const same = changesUser(start.argv) ? others : { ...others, ...kept }
    startProgram(walk, {
      ...same,
      argv: meaning.argv,
      env: { ...start.env, ...meaning.env },
      depth: start.depth + 1,
    })
    return
  }
  if (meaning.kind === 'text') {
    followText(walk, { ...start, depth: start.depth + 1 }, { text: meaning.text, args: meaning.args })
    return
  }
  followFile(walk, start, meaning)
}

function followFile(
  walk: Walk,
  start: Start,
  { file, args }: { readonly file: string; readonly args: readonly string[] },
): void {
  const { root, findings } = walk
  const path = file.startsWith('/') ? file.slice(1) : `${start.cwd}/${file}`
  const found = root.find(path)
  if (found === undefined) {
    // A shell looks for a name without a slash in PATH, too.
    if (file.includes('/') || findProgram(root, file, start).kind === 'nowhere')
      notStarted(walk, start, { kind: 'nowhere', searched: `/${path}` }, file)
    return
  }
  findings.reach(found.path)
  unreadable(walk, start, found.path)
  const text = root.text(found.path)
  if (text === undefined) {
    findings.doubt(`/${found.path} cannot be read`)
    return
  }
  const by = { ...start.by, file: found.path }
  followText(walk, { ...start, by, depth: start.depth + 1 }, { text, args, name: found.path })
}

/** A file that is neither a program for the kernel nor a script that names its interpreter. */
function noProgram({ findings }: Walk, { by }: Start, { path, node }: Found): void {
  findings.gap({
    kind: 'program',
    severity: by.severity,
    message:
      node.size === 0
        ? `${whoStarts(by)} /${path}, which is empty`
        : `${whoStarts(by)} /${path}, which is no program and has no #! line`,
    file: path,
    needs: `/${path}`,
    ...(node.size === 0 ? {} : { hint: 'begin the script with #!/bin/sh, or start it with its interpreter' }),
  })
}

function notStarted(walk: Walk, { argv, by }: Start, looked: ProgramLookup, name = argv[0] ?? ''): void {
  const { root, findings } = walk
  const from = by.file === undefined ? {} : { file: by.file }
  const who = {
    severity: by.severity,
    ...(by.instruction === undefined ? {} : { instruction: by.instruction }),
    ...from,
  }
  if (looked.kind === 'nowhere') {
    const short = name.split('/').at(-1) ?? ''
    const there = root.named(short).filter((path) => root.find(path) !== undefined)
    const hint =
      there[0] === undefined
        ? programHint(root, short)
        : `it is at /${there[0]}: write that path, or add its directory to PATH`
    const where = name.includes('/')
      ? 'which is not in the image'
      : `which is in no directory of PATH (${looked.searched})`
    const message = `${whoStarts(by)} ${name}, ${where}`
    findings.gap({ kind: 'program', ...who, message, needs: name, ...(hint === undefined ? {} : { hint }) })
  } else if (looked.kind === 'broken-link') {
    const message = `${whoStarts(by)} /${looked.at}, a link to ${looked.target}, which is not in the image`
    findings.gap({
      kind: 'link',
      ...who,
      file: looked.at,
      message,
      needs: looked.target,
      hint: 'copy what the link leads to as well',
    })
  } else if (looked.kind === 'directory') {
    findings.gap({
      kind: 'program',
      ...who,
      message: `${whoStarts(by)} /${looked.at}, which is a directory`,
      needs: `/${looked.at}`,
    })
  } else if (looked.kind === 'forbidden') {
    const { why, found } = looked
    // crun opens the program before it becomes the user, and starts what lies below a closed directory; docker's runc does not.
    const isOpened = by.instruction !== undefined && by.file === undefined && root.elf(found.path) !== undefined
    const severity = isOpened && (found.node.mode & 0o111) !== 0 ? 'warning' : by.severity
    const message = `${whoStarts(by)} /${looked.at}, but ${why}`
    const hint = 'COPY --chmod=755, or put it where every user may enter'
    findings.gap({ kind: 'permission', ...who, severity, file: found.path, message, needs: `/${looked.at}`, hint })
  }
}

function whoStarts({ instruction, file }: Starter): string {
  return `${file === undefined ? (instruction ?? 'the image') : `/${file}`} starts`
}
