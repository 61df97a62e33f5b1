import type { Source } from '../../core/index.ts'
import { readBuild } from './build-command.ts'
import { scriptDeeds, wordsOfText } from './command-deeds.ts'
import type { Deed } from './deed.ts'

const quoted = String.raw`(?:"""([^]*?)"""|'''([^]*?)'''|"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)')`
const shellStep = new RegExp(
  String.raw`\bsh\b\s*\(?\s*(?:\[?[^'"\n]*?\bscript\s*:\s*|(?:label\s*:\s*(?:'[^']*'|"[^"]*")\s*,\s*)(?:script\s*:\s*)?)?${quoted}`,
  'g',
)
const dockerBuild = new RegExp(String.raw`\bdocker\.build\s*\(\s*${quoted}(?:\s*,\s*${quoted})?`, 'g')

/** What the steps of a Jenkinsfile do: the texts of `sh`, and the calls of its own docker object. */
export function jenkinsDeeds(source: Source): readonly Deed[] {
  const text = withoutComments(source.text)
  const found: { readonly at: number; readonly deeds: readonly Deed[] }[] = []
  for (const match of text.matchAll(shellStep)) {
    const script = firstOf(match.slice(1, 5))
    const start = match.index + match[0].lastIndexOf(script)
    const placed = { text: unescaped(script), toSourceOffset: (offset: number) => start + offset }
    found.push({ at: start, deeds: scriptDeeds(placed, { source, variables: environmentOf(text), tolerant: false }) })
  }
  for (const match of text.matchAll(dockerBuild)) found.push({ at: match.index, deeds: [buildDeed(match, source)] })
  for (const match of text.matchAll(/\.push\s*\(\s*(?:["']([^"'\n]*)["'])?/g)) {
    const span = { start: match.index, end: match.index + match[0].length }
    found.push({ at: match.index, deeds: [{ kind: 'push', span }] })
  }
  for (const match of text.matchAll(
    /\b(?:grypeScan|aquaMicroscanner|aqua\s*\(|anchore\s*\(|prismaCloudScanImage|snykSecurity)/g,
  )) {
    const span = { start: match.index, end: match.index + match[0].length }
    found.push({ at: match.index, deeds: [{ kind: 'scan', tool: match[0].replace(/\W+$/, ''), span, gates: true }] })
  }
  return found.sort((a, b) => a.at - b.at).flatMap(({ deeds }) => deeds)
}

/** `docker.build('image:tag', '-f docker/Dockerfile --target release .')` */
function buildDeed(match: RegExpMatchArray & { readonly index: number }, source: Source): Deed {
  const span = { start: match.index, end: match.index + match[0].length }
  const image = firstOf(match.slice(1, 5))
  const options = firstOf(match.slice(5, 9))
  const start = match.index + match[0].lastIndexOf(options)
  const words = options === '' ? [] : wordsOfText({ text: options, toSourceOffset: (offset) => start + offset }, source)
  const build = readBuild(words, span)
  return { kind: 'build', build: { ...build, tags: [image, ...build.tags] } }
}

/** `NAME = 'value'` of `environment { … }` blocks. */
function environmentOf(text: string): ReadonlyMap<string, string> {
  const blocks = [...text.matchAll(/\benvironment\s*\{([^}]*)\}/g)].map(([, block = '']) => block).join('\n')
  return new Map(
    [...blocks.matchAll(/^\s*(\w+)\s*=\s*["']([^"'\n$]*)["']\s*$/gm)].map(([, name = '', value = '']) => [name, value]),
  )
}

function firstOf(groups: readonly (string | undefined)[]): string {
  return groups.find((group) => group !== undefined) ?? ''
}

/** Backslashes of Groovy before quotes and line ends say nothing to the shell; offsets stay. */
function unescaped(text: string): string {
  return text.replace(/\\(["'$\\])(?!\n)/g, ' $1')
}

/** Comments as blanks, so that offsets stay. `//` in an address is no comment. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[^]*?\*\/|(?<![:"'\w])\/\/[^\n]*/g, (comment) => comment.replace(/[^\n]/g, ' '))
}
