/** What a scanner of images is called, and whether its finding can fail the step. */
export interface ScanCall {
  readonly tool: string
  readonly gates: boolean
}

/** Subcommands of trivy that look at something else than an image, or at nothing. */
const notImages =
  /^(?:fs|filesystem|config|conf|repo|repository|k8s|kubernetes|version|plugin|server|db|module|clean|vm|aws|registry|help|convert)$/

/** Whether a command scans an image, by its program and its words. */
export function readScan(program: string, args: readonly string[]): ScanCall | undefined {
  const positional = args.filter((word) => !word.startsWith('-'))
  const [first = '', second = ''] = positional
  if (program === 'trivy') {
    const known = args.find((word) => notImages.test(word))
    const isImage = args.some((word) => word === 'image' || word === 'i')
    if ((known !== undefined && !isImage) || positional.length === 0) return undefined
    return { tool: 'trivy', gates: failsWith(args, '--exit-code') }
  }
  if (program === 'grype') {
    if (/^(?:dir:|file:|db$|version$|completion$|\.\/|\.$)/.test(first) || first === '') return undefined
    return { tool: 'grype', gates: args.some((word) => /^(?:--fail-on|-f)(?:=|$)/.test(word)) }
  }
  if (program === 'snyk')
    return first === 'container' && /^(?:test|monitor)$/.test(second)
      ? { tool: 'snyk', gates: second === 'test' }
      : undefined
  if (program === 'docker' || program === 'docker-scout') return scout(program, args)
  return others(program, args, { first, second })
}

function scout(program: string, args: readonly string[]): ScanCall | undefined {
  const words = args.filter((word) => !word.startsWith('-'))
  if (program === 'docker' && words[0] === 'scan') return { tool: 'docker scan', gates: true }
  const subcommand = program === 'docker' ? (words[0] === 'scout' ? words[1] : undefined) : words[0]
  if (subcommand === undefined || !/^(?:cves|quickview|qv|compare|policy)$/.test(subcommand)) return undefined
  return { tool: 'docker scout', gates: args.some((word) => /^(?:--exit-code|-e|--exit-on)(?:=|$)/.test(word)) }
}

function others(
  program: string,
  args: readonly string[],
  { first, second }: { readonly first: string; readonly second: string },
): ScanCall | undefined {
  const line = args.join(' ')
  if (program === 'slipway' && first === 'scan') return { tool: 'slipway scan', gates: true }
  if (/^(?:clair-scanner|clairctl|clair)$/.test(program)) return { tool: 'clair', gates: program === 'clair-scanner' }
  if (/^anchore(?:-cli|ctl)?$/.test(program) || program.startsWith('inline_scan'))
    return { tool: 'anchore', gates: /evaluate|check|-f\b|fail/.test(line) }
  if (program === 'twistcli' && first === 'images') return { tool: 'twistcli', gates: true }
  if (program === 'wizcli' && first === 'docker') return { tool: 'wizcli', gates: true }
  if (/^(?:jf|jfrog)$/.test(program) && first === 'docker' && second === 'scan') return { tool: 'xray', gates: true }
  if (program === 'sysdig-cli-scanner' || program === 'scannercli') return { tool: program, gates: true }
  if (program === 'osv-scanner' && /(?:--docker|\bimage\b|--archive)/.test(line))
    return { tool: 'osv-scanner', gates: true }
  if (program === 'gcloud' && /artifacts docker images (?:scan|list-vulnerabilities)/.test(line))
    return { tool: 'gcloud', gates: false }
  if (
    program === 'aws' &&
    /^(?:ecr (?:start-image-scan|wait image-scan-complete|describe-image-scan-findings)|inspector)/.test(line)
  )
    return { tool: 'ecr', gates: false }
  if (program === 'lacework' && /vulnerability container scan/.test(line))
    return { tool: 'lacework', gates: /--fail_on/.test(line) }
  return named(program, args)
}

/** `make scan`, `npm run trivy`, `./ci/scan-image.sh`: somebody has put a scan in a script of the project. */
function named(program: string, args: readonly string[]): ScanCall | undefined {
  const scanName = /(?:^|[-_:/.])(?:scan|trivy|grype|snyk-container|vuln(?:erabilit(?:y|ies))?)(?:$|[-_:/.])/i
  if (/^(?:make|just|task|npm|yarn|pnpm)$/.test(program)) {
    const target = args.find((word) => !word.startsWith('-') && word !== 'run' && scanName.test(word))
    return target === undefined ? undefined : { tool: `${program} ${target}`, gates: true }
  }
  const script = [program, ...(/^(?:sh|bash|source|\.)$/.test(program) ? args.slice(0, 1) : [])].find((word) =>
    word.endsWith('.sh'),
  )
  return script !== undefined && scanName.test(script) ? { tool: script, gates: true } : undefined
}

function failsWith(args: readonly string[], option: string): boolean {
  return args.some((word, index) => {
    const value =
      word === option ? args[index + 1] : word.startsWith(`${option}=`) ? word.slice(option.length + 1) : undefined
    return value !== undefined && value !== '0' && value !== ''
  })
}

/** Images that hold a scanner, for `docker run … aquasec/trivy image …`, and the name of the program in it. */
export function scannerImage(image: string): string | undefined {
  const name = /(?:^|\/)(trivy|grype|snyk|clair-scanner|scout-cli|inline-scan)(?:[:@-].*)?$/.exec(image)?.[1]
  if (name === 'scout-cli') return 'docker-scout'
  return name === 'inline-scan' ? 'inline_scan' : name
}

/** Steps of other people (`uses:`, `pipe:`, orbs, plugins) that scan images, by the beginning of their name. */
const scanSteps: readonly (readonly [RegExp, string])[] = [
  [/trivy/i, 'trivy'],
  [/^anchore\/|grype/i, 'grype'],
  [/^snyk\/(?:actions\/docker|scan)|^snyk\/snyk-scan/i, 'snyk'],
  [/docker\/scout|scout-action/i, 'docker scout'],
  [/clair/i, 'clair'],
  [/ghaction-container-scan|azure\/container-scan|container[-_]?scan/i, 'container scan'],
  [/prisma-cloud-scan/i, 'twistcli'],
  [/sysdiglabs\/|sysdig\//i, 'sysdig'],
  [/neuvector/i, 'neuvector'],
  [/lw-scanner/i, 'lacework'],
  [/vulnerability-scan-github-action-for-amazon-inspector/i, 'inspector'],
  [/(?:^|[-_/])(?:image|docker|vulnerability|security)[-_]?scan/i, 'scan'],
]

/** The scanner that a ready-made step runs. */
export function scannerStep(name: string): string | undefined {
  if (/setup[-_]trivy|grype-?setup|download-grype/i.test(name)) return undefined
  return scanSteps.find(([pattern]) => pattern.test(name))?.[1]
}
