import type { Facts, StageModel, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import type { ShellCommand } from '../../shell/index.ts'
import { knowsTargetArch } from '../queries/target-arch.ts'

/** One architecture in a path, a download or a setting of a compiler. */
export const hardcodedArch: Pitfall = {
  id: 'hardcoded-arch',
  summary: 'Paths, downloads and compilers follow the platform that is built for: a fixed one breaks the other images.',
  severity: 'warning',
  level: 'static',
  profiles: ['decision', 'production'],
  peers: {},
  find: (facts) =>
    facts.stages
      .filter((stage) => stage.reachable && !isOfOneArch(facts, stage))
      .flatMap(({ steps }) => steps.flatMap((step) => findIn(facts, step))),
}

const names =
  'x86[_-]64|amd64|x64|arm64(?:v8)?|aarch64(?:_be)?|armv[678]l?|armhf|armel|i[3-6]86|ppc64(?:le|el)|s390x|riscv64|mips64(?:le|el)?'
const token = new RegExp(`(?<![A-Za-z0-9])(?:${names})(?![A-Za-z0-9])`, 'i')

/** A stage for each architecture (`FROM build-${TARGETARCH}`), or a base that is of one only. */
function isOfOneArch({ stages }: Facts, { name, from }: StageModel): boolean {
  if (from.flags.some(({ key, content }) => key === 'platform' && !(content ?? '').includes('$'))) return true
  if (name === undefined || !token.test(name)) return false
  return stages.some((other) => /\$\{?TARGET(?:ARCH|PLATFORM)/.test(other.from.rest.text))
}

function findIn(facts: Facts, step: StepModel): readonly PitfallHit[] {
  if (step.trigger) return []
  const found = step.kind === 'RUN' ? inRun(step) : inInstruction(facts, step)
  if (found === undefined) return []
  const [arch = found] = token.exec(found) ?? []
  return [
    {
      at: step.at,
      message: `\`${found}\` is fixed to ${arch}: on another platform this ${consequence(step)}`,
      hint: 'declare ARG TARGETARCH and use ${TARGETARCH}; where names differ, map them (case "$TARGETARCH" in amd64) …), or ask uname -m or dpkg --print-architecture',
      evidence: { arch, text: found },
    },
  ]
}

function consequence({ kind }: StepModel): string {
  if (kind === 'RUN') return 'step fails, or brings a program that does not run'
  return kind === 'COPY' || kind === 'ADD' ? 'path is missing, or holds what does not run' : 'path is not there'
}

/** A word of a RUN that no condition or question about the architecture surrounds. */
function inRun(step: StepModel): string | undefined {
  const { command } = step
  if (command === undefined || knowsTargetArch([step])) return undefined
  for (const one of command.script.commands) {
    const found = inCommand(one)
    if (found !== undefined) return found
  }
  return undefined
}

/** Programs that only look at or say a text. */
const sayers = new Set('printf true false : test [ [[ grep egrep fgrep sed awk exit case npm yarn pnpm'.split(' '))

function inCommand({ program, words, assignments, redirects }: ShellCommand): string | undefined {
  const set = assignments.find(({ name, text }) => settings.test(name) && isFixed(text))
  if (set !== undefined) return `${set.name}=${set.text}`
  const npm = /^(?:npm|npx|yarn|pnpm|bun)$/.test(program)
    ? words.find(({ text }) => fixedForNode.test(text))
    : undefined
  if (npm !== undefined) return plain(npm.text)
  const fixed = assignments.find(({ text }) => isPlace(text) && isFixed(text))
  if (fixed !== undefined) return fixed.text
  if (!sayers.has(program) && program !== 'echo') {
    if (isFixed(program) && /(?:gcc|g\+\+|clang|cc|ld|strip|ar)$/.test(program)) return program
    const word = words.find(
      ({ text }, index) => isFixed(text) && (isPlace(text) || isSetting(words[index - 1]?.text, text)),
    )
    if (word !== undefined) return plain(word.text)
  }
  const source = words.find(
    ({ text }) => /\[[^\]]*\barch=\w+/.test(text) && isFixed(/\barch=[^\s\]]+/.exec(text)?.[0] ?? ''),
  )
  if (source !== undefined) return /\barch=[^\s\]]+/.exec(source.text)?.[0]
  const target = redirects.find(({ target: { text } }) => isPlace(text) && isFixed(text))
  return target === undefined ? undefined : plain(target.target.text)
}

/** `npm ci --cpu=x64`, `npm rebuild --arch=arm64`, `npm install @rollup/rollup-linux-x64-gnu`. */
const fixedForNode =
  /^--(?:cpu|arch|target_arch|target-arch)=["']?(?:x64|arm64|arm|ia32)["']?$|^(?:@[\w.-]+\/)?[\w.-]*\blinux(?:musl)?-(?:x64|arm64|arm)(?:-(?:gnu|musl|gnueabihf))?(?:@[^\s]*)?$/

/** Variables that tell compilers and managers what to make. */
const settings =
  /^(?:GOARCH|CARGO_BUILD_TARGET|npm_config_(?:arch|target_arch|cpu)|DPKG_ARCH|ARCH|ARCHITECTURE|PLATFORM|HOST|CC|CXX|TARGET|TRIPLE|.*_ARCH|.*_PLATFORM|.*_TRIPLE)$/i

/** Paths and addresses, and files of releases. */
function isPlace(text: string): boolean {
  return (
    (text.includes('/') && !/^@[\w-]+\//.test(plain(text))) ||
    /\.(?:tar|tgz|txz|zip|gz|xz|zst|deb|rpm|apk|run|AppImage|whl|bin|exe|so)\b/.test(text)
  )
}

/** `--target x86_64-…`, `-r linux-x64`, `--arch=amd64`, `-march=…`; `rustup target add …`. */
function isSetting(previous: string | undefined, text: string): boolean {
  return (
    /^--?(?:target|host|build|arch|architecture|platform|cpu|os-arch|runtime|rid|r|a|m?arch)=/.test(text) ||
    /^(?:--target|-target|--arch|-a|--architecture|--runtime|-r|--rid|--cpu|--host|--platform|--python-platform|add)$/.test(
      previous ?? '',
    ) ||
    /^-DCMAKE_(?:SYSTEM_PROCESSOR|\w*TARGET|OSX_ARCHITECTURES)=/.test(text) ||
    /^(?:GOARCH|ARCH|TARGET|HOST|CC)=/.test(text)
  )
}

function isFixed(text: string): boolean {
  const [found] = token.exec(text) ?? []
  if (found === undefined) return false
  // `x64` is a word of its own in names of releases only.
  return found.toLowerCase() !== 'x64' || /(?:linux|lin|musl|gnu|alpine|glibc)[-_]x64|[-_]x64[.\-_]/i.test(text)
}

function inInstruction(facts: Facts, step: StepModel): string | undefined {
  if (step.transfer !== undefined) {
    const words = [...step.transfer.sources.map(({ word }) => word.text), destinationOf(step)]
    return words.find((text) => isFixed(text))
  }
  if (step.kind === 'WORKDIR')
    return isFixed(step.instruction.rest.text) ? step.instruction.rest.text.trim() : undefined
  if (step.kind === 'ENV') {
    const pair = step.pairs.find(
      ({ name, written = '' }) => (settings.test(name) || isPlace(written)) && isFixed(written),
    )
    return pair === undefined ? undefined : plain(pair.written ?? '')
  }
  return step.kind === 'ARG' ? inArgument(facts, step) : undefined
}

function destinationOf({ instruction }: StepModel): string {
  return 'destination' in instruction ? instruction.destination.text : ''
}

/** `ARG ARCH=amd64` that a later step puts into a path or an address. The builder gives TARGETARCH itself. */
function inArgument({ stages }: Facts, { pairs, stage }: StepModel): string | undefined {
  const pair = pairs.find(
    ({ name, written = '' }) =>
      !/^(?:TARGET|BUILD)(?:ARCH|PLATFORM|VARIANT|OS)$/.test(name) &&
      isFixed(written) &&
      (settings.test(name) || isPlace(written)),
  )
  if (pair === undefined) return undefined
  const used = new RegExp(`\\$\\{?${pair.name}\\b`)
  const isUsed = stages.some(
    (other) => other.chain.includes(stage) && other.steps.some(({ instruction }) => used.test(instruction.rest.text)),
  )
  return isUsed ? `${pair.name}=${plain(pair.written ?? '')}` : undefined
}

function plain(text: string): string {
  return text.replace(/^["']|["']$/g, '')
}
