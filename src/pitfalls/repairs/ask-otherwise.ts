import type { Fix } from '../../core/index.ts'
import type { Facts, StepModel } from '../facts.ts'

/** `curl -f URL` of a check by a program that the base is known to have: wget, node or python. Nothing else is touched. */
export function askOtherwiseFix({ final: { base } }: Facts, step: StepModel, missing: string): readonly Fix[] {
  const { command, instruction } = step
  const [first, ...others] = command?.script.commands.filter(({ program }) => program === missing) ?? []
  if (first === undefined || others.length > 0 || command?.form !== 'shell' || instruction.kind !== 'HEALTHCHECK')
    return []
  const urls = first.args.filter((arg) => /^https?:\/\/[\w.:[\]-]+(?:\/[\w./?=&%-]*)?$/.test(arg))
  const [url] = urls
  const isPlain = first.args.every((arg) => arg === url || options.test(arg))
  const isBare = first.redirects.length === 0 && first.pipe === undefined && first.wrappers.length === 0
  if (url === undefined || urls.length > 1 || !isPlain || !isBare || !/^(?:curl|wget)$/.test(missing)) return []
  const found = programs.find(({ name }) => base.hasProgram(name) === true && name !== missing)
  const start = first.programWord?.span.start
  if (found === undefined || start === undefined || /[?&%]/.test(url)) return []
  return [
    {
      title: `ask with ${found.name}, which the image has`,
      edits: [{ span: { start, end: first.span.end }, text: found.ask(url) }],
      claims: ['same-files'],
      safety: 'proof',
    },
  ]
}

/** Options of curl and wget that say nothing about what is asked. */
const options =
  /^(?:-[fsSLqk]+|--fail|--silent|--show-error|--location|--quiet|--spider|--no-verbose|-nv|--tries=1|-O-?|-qO-|\/dev\/null)$/

const programs: readonly { readonly name: string; readonly ask: (url: string) => string }[] = [
  { name: 'wget', ask: (url) => `wget -q -O /dev/null ${url}` },
  {
    name: 'node',
    ask: (url) => `node -e "fetch('${url}').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"`,
  },
  { name: 'python3', ask: (url) => `python3 -c "import urllib.request; urllib.request.urlopen('${url}')"` },
]
