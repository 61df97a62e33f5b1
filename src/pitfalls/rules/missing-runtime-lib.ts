import type { BaseProfile } from '../../bases/index.ts'
import type { PackageManager } from '../../shell/index.ts'
import type { Facts, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { bringsLibrary } from '../queries/brought-libraries.ts'
import { installedPackages } from '../queries/installed-packages.ts'
import { listed } from '../queries/listed.ts'
import { neededLibraries, type NeededLibrary } from '../queries/needed-libraries.ts'
import { shippedCode, type ShippedCode } from '../queries/shipped-code.ts'
import { type SharedLibrary, sharedLibraries } from '../queries/shared-libraries.ts'
import { librariesOfPackage } from '../queries/package-libraries.ts'
import { phpExtensions } from '../queries/php-extensions.ts'
import { pythonPackagesOf } from '../queries/python-installs.ts'
import { actionsIn } from '../queries/steps.ts'
import { runsUnread } from '../queries/unread-commands.ts'

/** A shared library that only the builder has. */
export const missingRuntimeLib: Pitfall = {
  id: 'missing-runtime-lib',
  summary:
    'The libraries that shipped code is linked with are in the final image, not only their headers in the builder.',
  severity: 'error',
  level: 'context',
  profiles: ['decision', 'production'],
  peers: {},
  find: (facts) => {
    const { base, history } = facts.final
    const { hasUnknown } = installedPackages(history)
    if (base.libc === 'none' || base.libc === undefined || hasUnknown || runsUnread(history)) return []
    const seen = new Set<unknown>()
    const shipped = shippedCode(facts).flatMap((code): readonly PitfallHit[] => {
      if (code.isStatic !== false || (code.libc !== undefined && code.libc !== base.libc)) return []
      const missing = neededLibraries(facts, code).filter(({ library }) => isMissing(facts, library))
      const [first] = missing
      if (first === undefined || seen.has(code.step)) return []
      seen.add(code.step)
      return [hit(facts, code, [first, ...missing.slice(1)])]
    })
    return [...shipped, ...takenAway(facts)]
  },
}

function isMissing({ final }: Facts, library: SharedLibrary): boolean {
  const { base, history } = final
  const answers = library.sonames.map((soname) => base.hasLibrary(soname))
  if (answers.includes(undefined)) return false
  if (answers.includes(true) && !isByproduct(base, library)) return false
  const { names } = installedPackages(history)
  if ([...names].some((name) => library.bringers.test(name) || library.headers.test(name))) return false
  return !bringsLibrary(history, library.stem)
}

/** A RUN that installs headers, compiles, and removes the headers with the library that only they have brought. */
function takenAway(facts: Facts): readonly PitfallHit[] {
  const { base } = facts.final
  return compiledIn(facts).flatMap(({ step, language, names }): readonly PitfallHit[] => {
    const headers = actionsIn([step], 'install').flatMap((one) => one.action.packages.map(({ name }) => name))
    const missing = names
      .flatMap((name) => librariesOfPackage(language, name).map((stem) => ({ name, stem: stem.replace('!', '') })))
      .flatMap(({ name, stem }) => {
        const library = sharedLibraries.get(stem)
        return library !== undefined && headers.some((one) => library.headers.test(one)) && isMissing(facts, library)
          ? [{ name, library }]
          : []
      })
    const [first] = missing
    if (first === undefined) return []
    return [
      {
        at: step.at,
        message: `\`${first.name}\` needs \`${first.library.sonames[0] ?? ''}\` at run time, and this RUN removes it with its headers again`,
        hint: hintFor(base, [first.library], first.library),
        evidence: { libraries: first.library.stem, base: base.written },
      },
    ]
  })
}

interface Compiled {
  readonly step: StepModel
  readonly language: string
  readonly names: readonly string[]
}

/** The packages and extensions that steps of the final image install, and may compile. */
function compiledIn(facts: Facts): readonly Compiled[] {
  const { history } = facts.final
  const installed = actionsIn(history, 'install').flatMap(({ step, action }): readonly Compiled[] => {
    const language = languageOf[action.manager]
    if (language === undefined) return []
    const names =
      language === 'python' ? pythonPackagesOf(facts, step.stage, action) : action.packages.map(({ name }) => name)
    return [{ step, language, names }]
  })
  const extensions = history.flatMap((step) =>
    step.kind === 'RUN'
      ? [{ step, language: 'php', names: (step.command?.script.commands ?? []).flatMap(phpExtensions) }]
      : [],
  )
  return [...installed, ...extensions.filter(({ names }) => names.length > 0)]
}

const languageOf: Partial<Record<PackageManager, string>> = { pip: 'python', uv: 'python', gem: 'ruby' }

/** Since trixie apt itself uses OpenSSL: it lies there for apt, and goes when apt goes. */
function isByproduct({ distribution, runtime, reference }: BaseProfile, { stem }: SharedLibrary): boolean {
  return (
    (stem === 'libssl' || stem === 'libcrypto') &&
    distribution === 'debian' &&
    runtime === undefined &&
    /(?:^|\/)debian$/.test(reference?.repository ?? '')
  )
}

function hit(
  { final: { base } }: Facts,
  { step, stage, madeBy }: ShippedCode,
  missing: readonly [NeededLibrary, ...NeededLibrary[]],
): PitfallHit {
  const libraries = [...new Set(missing.map(({ library }) => library))]
  const stems = libraries.map(({ sonames: [soname = ''] }) => `\`${soname}\``)
  const [{ by, library }] = missing
  const byproduct = libraries.every(
    (one) => isByproduct(base, one) && one.sonames.some((soname) => base.hasLibrary(soname) === true),
  )
  const where = byproduct
    ? `no step installs ${stems.length > 1 ? 'them' : 'it'}: ${base.written} has ${stems.length > 1 ? 'them' : 'it'} only for apt's own use`
    : `${base.written} does not have ${stems.length > 1 ? 'them' : 'it'}`
  return {
    at: step.at,
    message: `${by} needs ${listed(stems)} at run time, and ${where}${stage === undefined ? '' : `; what "${stage.label}" has stays there`}`,
    hint: hintFor(base, libraries, library),
    related: madeBy === undefined ? [] : [{ note: 'linked here', at: madeBy.at }],
    evidence: { libraries: libraries.map(({ stem }) => stem).join(' '), base: base.written },
  }
}

function hintFor({ packageManager }: BaseProfile, libraries: readonly SharedLibrary[], first: SharedLibrary): string {
  const names = (key: 'apt' | 'apk'): string => [...new Set(libraries.map((library) => library[key]))].join(' ')
  if (packageManager === 'apt') return `apt-get install -y --no-install-recommends ${names('apt')} in the final stage`
  if (packageManager === 'apk') return `apk add --no-cache ${names('apk')} in the final stage`
  if (packageManager === 'none')
    return first.stem === 'libgcc_s' || first.stem === 'libstdc++'
      ? 'ship it on gcr.io/distroless/cc, which has the libraries of the compiler'
      : 'copy the library and what it needs itself into the image, link it statically, or ship a slim distribution'
  return 'install the library in the final stage, not only its headers in the builder'
}
