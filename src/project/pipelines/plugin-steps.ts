import { isMap, type Node } from 'yaml'
import type { Source, Span } from '../../core/index.ts'
import type { PipelineBuild } from '../project.ts'
import { child, entriesOf, itemsOf, placedText, scalarText, spanOf, spanOfEntry, textAt } from '../yaml-document.ts'
import { type Argument, readBuild, readPair, toBuild } from './build-command.ts'
import { wordsOfText } from './command-deeds.ts'
import type { Deed } from './deed.ts'
import { mayBeTrue } from './github-steps.ts'
import { scannerStep } from './scanners.ts'

interface Step {
  readonly source: Source
  readonly tolerant: boolean
}

/** Azure's `task: Docker@2`. */
export function taskDeeds(step: Node, task: string, { source, tolerant }: Step): readonly Deed[] {
  const span = spanOf(child(step, 'task') ?? step)
  const inputs = child(step, 'inputs')
  const scanner = scannerStep(task)
  if (scanner !== undefined) return [{ kind: 'scan', tool: scanner, span, gates: !tolerant }]
  if (!/^Docker@\d/.test(task)) return []
  const command = textAt(inputs, 'command') ?? 'buildAndPush'
  const repository = textAt(inputs, 'repository') ?? textAt(inputs, 'imageName')
  if (command === 'push') return [{ kind: 'push', span, ...(repository === undefined ? {} : { image: repository }) }]
  if (!/^build/i.test(command)) return []
  const node = child(inputs, 'arguments')
  const words = node === undefined ? undefined : placedText(source, node)
  const extra = words === undefined ? undefined : readBuild(wordsOfText(words, source), span)
  const build = toBuild({
    ...(extra ?? emptyBuild(span)),
    span,
    dockerfile: textAt(inputs, 'Dockerfile') ?? textAt(inputs, 'dockerFile'),
    context: textAt(inputs, 'buildContext'),
    target: extra?.target,
    pushed: command === 'buildAndPush',
    tags: repository === undefined ? [] : [repository],
  })
  return [{ kind: 'build', build }]
}

function emptyBuild(span: Span): PipelineBuild {
  return { span, pushed: false, tags: [], buildArgs: [], secrets: [], platforms: [] }
}

/** A container of Drone or Woodpecker that builds by its settings: `image: plugins/docker`. */
export function pluginDeeds(step: Node, image: string, { source, tolerant }: Step): readonly Deed[] {
  const span = spanOf(child(step, 'image') ?? step)
  if (
    /(?:^|\/)(?:docker|docker-buildx|kaniko|ecr|gcr|gar|acr|heroku|buildx)(?::|$)/.test(image) &&
    /plugins?[/-]/.test(image)
  ) {
    const settings = child(step, 'settings') ?? step
    const list = (key: string): readonly Argument[] => settingItems(child(settings, key), source)
    const build = toBuild({
      span,
      dockerfile: textAt(settings, 'dockerfile'),
      context: textAt(settings, 'context'),
      target: textAt(settings, 'target'),
      pushed: !mayBeTrue(textAt(settings, 'dry_run') ?? textAt(settings, 'dry-run') ?? 'false'),
      tags: list('repo').map(({ text }) => text),
      buildArgs: [...list('build_args'), ...list('build-args')].map(readPair),
      secrets: [],
      platforms: list('platforms').flatMap(({ text }) => text.split(',')),
    })
    return [{ kind: 'build', build }]
  }
  const scanner =
    child(step, 'commands') === undefined && child(step, 'settings') !== undefined ? scannerStep(image) : undefined
  return scanner === undefined ? [] : [{ kind: 'scan', tool: scanner, span, gates: !tolerant }]
}

/** A list, a text with commas, or a map of names and values. */
function settingItems(node: Node | undefined, source: Source): readonly Argument[] {
  if (isMap(node)) {
    return entriesOf(node).map((entry) => ({
      text: `${entry.key}=${scalarText(entry.value) ?? ''}`,
      span: spanOfEntry(entry),
    }))
  }
  const items = itemsOf(node)
  return items.flatMap((item) => {
    const placed = placedText(source, item)
    if (placed === undefined) return []
    return items.length === 1 && !isInList(node)
      ? placed.text.split(',').map((text) => ({ text: text.trim(), span: spanOf(item) }))
      : [{ text: placed.text, span: spanOf(item) }]
  })
}

function isInList(node: Node | undefined): boolean {
  return node !== undefined && 'items' in node
}

/** A step of an orb of CircleCI (`docker/publish`), or a pipe of Bitbucket (`pipe: aquasecurity/trivy-pipe:1.0.0`). */
export function orbDeeds(
  name: string,
  span: Span,
  { parameters, tolerant, source }: Step & { readonly parameters: Node | undefined },
): readonly Deed[] {
  const image = textAt(parameters, 'image')
  if (/^[\w-]*docker\/(?:publish|build)$/.test(name)) {
    const node = child(parameters, 'extra_build_args')
    const placed = node === undefined ? undefined : placedText(source, node)
    const extra = placed === undefined ? emptyBuild(span) : readBuild(wordsOfText(placed, source), span)
    const build = toBuild({
      ...extra,
      span,
      dockerfile: textAt(parameters, 'dockerfile'),
      context: textAt(parameters, 'docker-context') ?? textAt(parameters, 'path'),
      target: extra.target,
      pushed: name.endsWith('publish'),
      tags: image === undefined ? [] : [image],
    })
    return [{ kind: 'build', build }]
  }
  if (
    /^[\w-]*docker\/push$/.test(name) ||
    /^aws-ecr\/(?:push|build_and_push)/.test(name) ||
    name.startsWith('atlassian/aws-ecr-push-image')
  )
    return [{ kind: 'push', span, ...(image === undefined ? {} : { image }) }]
  const scanner = scannerStep(name)
  return scanner === undefined ? [] : [{ kind: 'scan', tool: scanner, span, gates: !tolerant }]
}
