import { defaultPath, missingInterpreter } from '../../diagnose/index.ts'
import { resolveInRoot, type TreeNode } from '../../fileset/index.ts'
import type { Facts } from '../facts.ts'
import type { ImageFacts } from '../image-facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'

/** What the image starts cannot be started. */
export const brokenStartCommand: Pitfall = {
  id: 'broken-start-command',
  summary: 'The program of ENTRYPOINT or CMD is in the image, may be executed, and has its interpreter or loader.',
  severity: 'error',
  level: 'image',
  profiles: ['decision', 'production'],
  peers: {},
  find,
}

function find({ image, final }: Facts): readonly PitfallHit[] {
  if (image === undefined) return []
  const { Entrypoint, Cmd } = image.config
  const fromEntrypoint = (Entrypoint ?? []).length > 0
  const [program] = [...(Entrypoint ?? []), ...(Cmd ?? [])]
  if (program === undefined || program === '') return []
  const fault = faultOf(image, program)
  if (fault === undefined) return []
  const step = fromEntrypoint ? final.end.entrypoint : final.end.cmd
  return [
    {
      at: step?.at ?? final.at,
      message: `the container cannot start: ${fault.message}`,
      hint: fault.hint,
      evidence: { program },
    },
  ]
}

interface Fault {
  readonly message: string
  readonly hint: string
}

function faultOf(image: ImageFacts, program: string): Fault | undefined {
  const places = placesOf(image, program)
  // What a volume brings is not in the image.
  if (places.some((path) => isMounted(image, path))) return undefined
  const path = places.find((one) => nodeAt(image, one) !== undefined)
  const node = path === undefined ? undefined : nodeAt(image, path)
  if (path === undefined || node === undefined)
    return program.includes('/')
      ? { message: `there is no ${places[0] ?? program} in the image`, hint: hintFor(program) }
      : { message: `no directory of PATH has ${program}`, hint: hintFor(program) }
  if (node.kind === 'dir') return { message: `${path} is a directory`, hint: 'name the program in it' }
  if ((node.mode & 0o111) === 0)
    return {
      message: `${path} may not be executed (mode ${node.mode.toString(8).padStart(4, '0')})`,
      hint: `write COPY --chmod=755 where it comes from, or chmod +x in the RUN that makes it`,
    }
  return withoutInterpreter(image, path)
}

function hintFor(program: string): string {
  if (/\/(?:ba|da|a)?sh$/.test(program))
    return 'the image has no such shell: write the exec form, ["program", "argument"]'
  return 'copy it to the final stage, or name the place where it is'
}

function withoutInterpreter(image: ImageFacts, path: string): Fault | undefined {
  const missing = missingInterpreter(image.view, path)
  if (missing !== undefined) {
    if (missing.path.endsWith('\r'))
      return {
        message: `the first line of ${path} ends with a carriage return, which the kernel takes for a part of the interpreter's name`,
        hint: 'store it with Unix line ends: *.sh text eol=lf in .gitattributes',
      }
    return missing.kind === 'script'
      ? {
          message: `${path} is to be run by ${missing.path}, which the image does not have`,
          hint: `install it, or name an interpreter that is there`,
        }
      : {
          message: `${path} needs the loader ${missing.path}, which the image does not have`,
          hint: 'link it statically, or use a base with the C library that it was built with',
        }
  }
  const wanted = wantedOfEnv(image, path)
  if (wanted === undefined || placesOf(image, wanted).some((one) => nodeAt(image, one) !== undefined)) return undefined
  return {
    message: `${path} is to be run by ${wanted}, which no directory of PATH has`,
    hint: `install ${wanted}, or name an interpreter that is there`,
  }
}

/** `#!/usr/bin/env NAME` */
function wantedOfEnv({ view }: ImageFacts, path: string): string | undefined {
  const place = resolveInRoot(view, path)
  if (typeof place !== 'string') return undefined
  const head = Buffer.from(view.read(place).subarray(0, 256)).toString('latin1')
  return /^#![ \t]*\/usr\/bin\/env[ \t]+(?:-S[ \t]+)?([^\s=-][^\s=]*)[ \t]*\r?(?:[ \t].*)?(?:\n|$)/.exec(head)?.[1]
}

function placesOf({ config }: ImageFacts, program: string): readonly string[] {
  if (program.startsWith('/')) return [program]
  if (program.includes('/')) return [`${(config.WorkingDir ?? '').replace(/\/$/, '')}/${program.replace(/^\.\//, '')}`]
  const path = config.Env?.find((one) => one.startsWith('PATH='))?.slice('PATH='.length) ?? defaultPath
  return path
    .split(':')
    .filter((directory) => directory.startsWith('/'))
    .map((directory) => `${directory.replace(/\/$/, '')}/${program}`)
}

function nodeAt({ view }: ImageFacts, path: string): TreeNode | undefined {
  const place = resolveInRoot(view, path)
  return typeof place === 'string' ? view.node(place) : undefined
}

function isMounted({ config }: ImageFacts, path: string): boolean {
  return Object.keys(config.Volumes ?? {}).some((volume) => path.startsWith(`${volume.replace(/\/$/, '')}/`))
}
