import type { Node } from 'yaml'
import type { Source } from '../../core/index.ts'
import type { PipelineBuild } from '../project.ts'
import { child, entriesOf, linesOf, placedText, scalarText, spanOf, textAt } from '../yaml-document.ts'
import { type Argument, outputPushes, readPair, secretId, toBuild } from './build-command.ts'
import type { Deed } from './deed.ts'
import { scannerStep } from './scanners.ts'

/** What a step `uses: NAME@VERSION` of GitHub does with images. */
export function usesDeeds(
  step: Node,
  uses: string,
  { source, tolerant }: { readonly source: Source; readonly tolerant: boolean },
): readonly Deed[] {
  const name = uses.replace(/@.*$/, '')
  const span = spanOf(child(step, 'uses') ?? step)
  const inputs = child(step, 'with')
  if (
    /(?:^|\/)(?:build-push-action|docker-build-push|docker-build-with-cache-action|Publish-Docker-Github-Action|kaniko-action|buildah-build|container-build-action)$/i.test(
      name,
    )
  )
    return [{ kind: 'build', build: buildOf(inputs, { name, span, source }) }]
  if (/(?:^|\/)bake-action$/.test(name)) return mayBeTrue(textAt(inputs, 'push')) ? [{ kind: 'push', span }] : []
  if (/(?:^|\/)(?:push-to-registry|push-image|docker-push)$/i.test(name)) {
    const image = textAt(inputs, 'image')
    return [{ kind: 'push', span, ...(image === undefined ? {} : { image }) }]
  }
  if (/(?:^|\/)dive-action$|docker-image-size|image-size/i.test(name)) return [{ kind: 'budget', tool: 'dive', span }]
  const scanner = scannerStep(name)
  if (scanner === undefined || looksElsewhere(inputs)) return []
  return [{ kind: 'scan', tool: scanner, span, gates: !tolerant && stepGates(scanner, inputs) }]
}

/** Files or the configuration are scanned, no image. */
function looksElsewhere(inputs: Node | undefined): boolean {
  const type = textAt(inputs, 'scan-type') ?? ''
  return (
    /^(?:fs|config|repo|rootfs|sbom)$/.test(type) ||
    (textAt(inputs, 'path') !== undefined && textAt(inputs, 'image') === undefined)
  )
}

function stepGates(scanner: string, inputs: Node | undefined): boolean {
  const exitCode = textAt(inputs, 'exit-code')
  if (scanner === 'trivy' || scanner === 'docker scout')
    return exitCode !== undefined && !/^(?:0|false)$/.test(exitCode)
  return textAt(inputs, 'fail-build') !== 'false'
}

interface Place {
  readonly name: string
  readonly span: PipelineBuild['span']
  readonly source: Source
}

function buildOf(inputs: Node | undefined, { name, span, source }: Place): PipelineBuild {
  const list = (...keys: readonly string[]): readonly Argument[] => keys.flatMap((key) => listed(inputs, key, source))
  const first = (...keys: readonly string[]): string | undefined =>
    keys.map((key) => textAt(inputs, key)).find((each) => each !== undefined)
  // These send unless they are told otherwise; buildah-build never does.
  const sends = /kaniko-action$|Publish-Docker|docker-build-push$|with-cache-action$/i.test(name)
    ? textAt(inputs, 'push') !== 'false'
    : mayBeTrue(textAt(inputs, 'push'))
  return toBuild({
    span,
    dockerfile: first('file', 'dockerfile', 'containerfiles'),
    context: first('context', 'workdir', 'path'),
    target: textAt(inputs, 'target'),
    pushed: sends || list('outputs', 'output').some(({ text }) => outputPushes(text)),
    tags: list('tags', 'image').map(({ text }) => text),
    buildArgs: list('build-args', 'build_args', 'buildargs', 'buildArgs').map(readPair),
    secrets: list('secrets', 'secret-files', 'secret-envs').map(({ text }) => secretId(text)),
    platforms: list('platforms', 'platform')
      .flatMap(({ text }) => text.split(','))
      .map((each) => each.trim()),
  })
}

/** An input that is a list: one item on a line. Items with commas are lists, too, except where commas belong to them. */
function listed(inputs: Node | undefined, key: string, source: Source): readonly Argument[] {
  const node = child(inputs, key)
  const placed = node === undefined ? undefined : placedText(source, node)
  if (placed === undefined) return []
  const lines = linesOf(placed)
  if (key !== 'tags') return lines
  return lines.flatMap(({ text, span }) => text.split(/,(?![^{]*\}\})/).map((each) => ({ text: each.trim(), span })))
}

/** `true`, or an expression that may be: `${{ github.event_name != 'pull_request' }}`. */
export function mayBeTrue(text: string | undefined): boolean {
  return text !== undefined && !/^(?:false|no|off|0)?$/i.test(text.trim())
}

/** The variables that a map sets to texts, for `env`, `variables` and `environment`. */
export function variablesOf(node: Node | undefined): readonly (readonly [string, string])[] {
  return entriesOf(node).flatMap(({ key, value }) => {
    const text = textAt(value, 'value') ?? scalarText(value)
    return text === undefined ? [] : [[key, text] as const]
  })
}
