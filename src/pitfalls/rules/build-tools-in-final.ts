import type { Facts, StageModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { listed } from '../queries/listed.ts'
import { keptBuildTools, startsProgram } from '../queries/shipped-tools.ts'
import { spotOf } from '../queries/spots.ts'
import { finalIsSideStage } from '../queries/stage-roles.ts'
import { actionsIn } from '../queries/steps.ts'

/** A compiler, headers or a kit in the image that is shipped. */
export const buildToolsInFinal: Pitfall = {
  id: 'build-tools-in-final',
  summary:
    'Compilers, headers and kits stay in the stage that builds; in the final image they cost space and help intruders.',
  severity: 'warning',
  level: 'static',
  profiles: ['decision', 'size', 'security', 'production'],
  peers: {},
  find: (facts) => (finalIsSideStage(facts) ? [] : [...kitOfBase(facts), ...installed(facts)]),
}

function kitOfBase(facts: Facts): readonly PitfallHit[] {
  const [root] = facts.final.chain
  if (root === undefined) return []
  const { runtime, hasCompiler } = root.base
  // buildpack-deps: a distribution with compilers, for no language.
  const language =
    runtime?.kind === 'sdk' ? runtime.language : runtime === undefined && hasCompiler === true ? 'c' : undefined
  if (language === undefined) return []
  // `mvn spring-boot:run`, `go run .`: the container itself builds.
  if (startsProgram(facts, new Set(kitPrograms[language] ?? [])) || startsDotnet(facts)) return []
  return [
    {
      at: root.at,
      message: `the image starts from ${root.base.written}: the kit that builds ${named(language)} is shipped${continues(facts.final, root)}`,
      hint: hintFor(language),
      evidence: { base: root.base.written },
      costs: { line: 0, paths: [] },
    },
  ]
}

/** `dotnet run` and `dotnet watch` build; `dotnet app.dll` does not. */
function startsDotnet({ final }: Facts): boolean {
  return [final.end.entrypoint, final.end.cmd].some((step) =>
    step?.command?.script.commands.some(
      ({ program, args }) => program === 'dotnet' && /^(?:run|watch|test)$/.test(args[0] ?? ''),
    ),
  )
}

function installed(facts: Facts): readonly PitfallHit[] {
  return keptBuildTools(facts.final.history).flatMap(({ install, packages }) => {
    const names = packages.map(({ name }) => name)
    if (startsProgram(facts, new Set(names))) return []
    return [
      {
        at: spotOf(install.step, install.action),
        message: `${listed(names.map((name) => `\`${name}\``))} (line ${install.step.line}) ${names.length === 1 ? 'stays' : 'stay'} in the final image`,
        hint: 'install and use them in a stage that is not shipped, and copy what they make; or remove them in the same RUN',
        evidence: { packages: names.join(' ') },
        costs: { line: install.step.line, paths: isAll(install, names) ? [] : compilers },
      },
    ]
  })
}

/** The RUN installs nothing else: its whole layer is theirs. */
function isAll(
  { step, action }: ReturnType<typeof keptBuildTools>[number]['install'],
  names: readonly string[],
): boolean {
  const others = actionsIn([step], 'install').filter((one) => one.action !== action)
  return others.length === 0 && action.packages.every(({ name }) => names.includes(name))
}

/** Where distributions keep compilers and headers. */
const compilers: readonly string[] = ['/usr/lib/gcc/**', '/usr/libexec/gcc/**', '/usr/include/**', '/usr/lib/*/*.a']

const kitPrograms: Readonly<Record<string, readonly string[]>> = {
  java: ['mvn', 'mvnw', 'gradle', 'gradlew', 'javac', 'jshell'],
  go: ['go', 'air', 'dlv'],
  rust: ['cargo', 'rustc', 'cargo-watch'],
  elixir: ['mix', 'iex', 'elixir', 'erl', 'rebar3'],
  php: ['composer'],
  c: ['gcc', 'g++', 'make', 'cc'],
}

function continues(final: StageModel, root: StageModel): string {
  return root === final ? '' : `, since "${final.label}" continues "${root.label}"`
}

function named(language: string): string {
  const names: Readonly<Record<string, string>> = { go: 'Go', java: 'Java', rust: 'Rust', dotnet: '.NET', c: 'C' }
  return `${names[language] ?? language} programs`
}

function hintFor(language: string): string {
  if (language === 'java')
    return 'build in it, and ship the jar on a JRE image (eclipse-temurin:…-jre) or one made with jlink'
  if (language === 'dotnet') return 'publish in it, and ship the output on mcr.microsoft.com/dotnet/aspnet or runtime'
  if (language === 'go' || language === 'rust' || language === 'c')
    return 'build in it, and ship the program on a distroless image, alpine or a slim distribution'
  return 'build in it, and ship the result on an image that only runs it'
}
