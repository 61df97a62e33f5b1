import { describe, expect, it } from 'vitest'
import { type BuildEvent, canonicalJson, type Digest, digestOf, SlipwayError } from '../core/index.ts'
import type { BuildPlan, CopyOp, ExecOp, Op, Vertex } from '../plan/index.ts'
import type { CacheRecord, Engine, LayerRef, Selection, SolverPorts, TreeRef } from './ports.ts'
import { type SolveResult, solve } from './solve.ts'

const platform = { os: 'linux', architecture: 'amd64' }
const noSecrets = { secrets: {}, ssh: {}, proxyEnv: [], givenProxyEnv: [] }

/** A plan written as steps by name; inputs are names. */
function planOf(
  steps: Record<string, { op: Op; inputs?: string[]; stage?: string; ignoreCache?: boolean }>,
  target: string,
): BuildPlan {
  const vertices = new Map<Digest, Vertex>()
  for (const [name, step] of Object.entries(steps)) {
    vertices.set(digestOf(name), {
      digest: digestOf(name),
      op: step.op,
      platform,
      inputs: (step.inputs ?? []).map((input) => digestOf(input)),
      name,
      origin: [],
      ...(step.stage === undefined ? {} : { stage: step.stage }),
      ...(step.ignoreCache === undefined ? {} : { ignoreCache: step.ignoreCache }),
    })
  }
  const config = { ...platform, config: {} }
  return { vertices, images: [{ platform, root: digestOf(target), config, history: [], stage: '' }] }
}

const scratch: Op = { kind: 'scratch' }

function run(command: string): ExecOp {
  const fixed = {
    env: [],
    cwd: '/',
    user: '',
    hostname: 'x',
    network: 'default',
    security: 'sandbox',
    mounts: [],
  } as const
  return { kind: 'exec', argv: [command], ...fixed }
}

function copy(pattern: string, more: Partial<CopyOp> = {}): CopyOp {
  const sources = [{ kind: 'path', input: 1, pattern, unpack: false }] as const
  return {
    kind: 'copy',
    instruction: 'COPY',
    sources,
    destination: '/',
    link: false,
    parents: false,
    exclude: [],
    ...more,
  }
}

/** An engine in memory: `outputs` says which content a command leaves, `behave` lets a test wait or fail. */
function fakeWorld(
  outputs: Record<string, string> = {},
  behave: (step: string, signal: AbortSignal) => Promise<void> = async () => {},
) {
  const calls: string[] = []
  const events: BuildEvent[] = []
  const records = new Map<Digest, CacheRecord>()
  const memo = new Map<Digest, Digest>()
  let serial = 0
  const layer = (content: string): LayerRef => {
    serial += 1
    return { id: `layer${serial}`, diffId: digestOf(`${content}${serial}`), content: digestOf(content), size: 1 }
  }
  const engine: Engine = {
    async exec(request, _log, signal) {
      const command = request.op.argv[0] ?? ''
      calls.push(`run ${command}`)
      await behave(command, signal)
      return layer(outputs[command] ?? `output of ${command}`)
    },
    async copy(request) {
      calls.push('copy')
      return layer(
        canonicalJson([
          ...request.op.sources.map((source) => ('pattern' in source ? source.pattern : '')),
          request.op.destination,
        ]),
      )
    },
    async mkdir(_root, path) {
      calls.push(`mkdir ${path}`)
      return layer(path)
    },
    async adopt(tree) {
      calls.push(`adopt ${tree.path}`)
      return layer(tree.path)
    },
    async prepare(layers) {
      if (layers.some((one) => one.blob !== undefined)) calls.push('prepare')
    },
    async find(tree, paths) {
      const known = tree.kind === 'layers' ? tree.layers.map((one) => one.content) : []
      return paths.find((path) => known.includes(digestOf(path)))
    },
    async select(tree: TreeRef, selection: Selection) {
      calls.push(`select ${selection.patterns.join(' ')}`)
      const known = tree.kind === 'layers' ? tree.layers.map((one) => one.content).join() : (outputs[tree.path] ?? '')
      if (known.includes(digestOf('empty')) && !known.includes(digestOf('has it'))) {
        throw new SlipwayError('context-path-missing', `${selection.patterns.join()}: not found`)
      }
      return digestOf(
        `${known} ${canonicalJson({ ...selection, patterns: [...selection.patterns], exclude: [...selection.exclude] })}`,
      )
    },
    async close() {},
  }
  const ports: SolverPorts = {
    engine,
    cache: { get: async (key) => records.get(key), put: async (record) => void records.set(record.key, record) },
    memo: { get: async (key) => memo.get(key), put: async (key, value) => void memo.set(key, value) },
    sources: {
      context: async (name) => ({ kind: 'host', path: name, ignore: [], squashOwner: true }),
      http: async () => Promise.reject(new Error('unused')),
      git: async () => Promise.reject(new Error('unused')),
    },
    clock: { now: () => 0 },
    emit: (event) => events.push(event),
  }
  const build = (plan: BuildPlan): Promise<SolveResult> =>
    solve(plan, ports, { secrets: noSecrets, signal: new AbortController().signal, parallel: 8 })
  return { ports, calls, events, records, outputs, build }
}

function outcomes(events: readonly BuildEvent[]): Record<string, string> {
  const names = new Map<Digest, string>()
  const found: Record<string, string> = {}
  for (const event of events) {
    if (event.type === 'vertex.started') names.set(event.vertex, event.name)
    if (event.type === 'vertex.finished') found[names.get(event.vertex) ?? '?'] = event.outcome
  }
  return found
}

describe('solve', () => {
  it('names the stage that has what a failed command lacked', async () => {
    const world = fakeWorld({ make: 'usr/bin/tool' }, async (step) => {
      if (step === 'use')
        throw new SlipwayError('run-failed', 'no', { hint: 'no tool', wanted: ['bin/tool', 'usr/bin/tool'] })
    })
    const plan = planOf(
      {
        base: { op: scratch },
        made: { op: run('make'), inputs: ['base'], stage: 'build' },
        copied: { op: copy('/x'), inputs: ['base', 'made'], stage: 'last' },
        used: { op: run('use'), inputs: ['copied'], stage: 'last' },
      },
      'used',
    )
    await expect(
      solve(plan, world.ports, { secrets: noSecrets, signal: new AbortController().signal, parallel: 8 }),
    ).rejects.toMatchObject({
      hint: 'no tool\nstage build has it: COPY --from=build /usr/bin/tool /usr/bin/tool',
    })
  })

  it('does not send a step to its own stage for what it lacked', async () => {
    const world = fakeWorld({ make: 'usr/bin/tool' }, async (step) => {
      if (step === 'use') throw new SlipwayError('run-failed', 'no', { hint: 'no tool', wanted: ['usr/bin/tool'] })
    })
    const made = { op: run('make'), inputs: ['base'], stage: 'last' }
    const plan = planOf(
      { base: { op: scratch }, made, used: { op: run('use'), inputs: ['made'], stage: 'last' } },
      'used',
    )
    await expect(world.build(plan)).rejects.toMatchObject({ hint: 'no tool' })
  })

  it('runs a vertex that two others need once (diamond)', async () => {
    const world = fakeWorld()
    const plan = planOf(
      {
        base: { op: scratch },
        shared: { op: run('shared'), inputs: ['base'] },
        left: { op: run('left'), inputs: ['shared'] },
        right: { op: run('right'), inputs: ['shared'] },
        top: { op: copy('/x'), inputs: ['left', 'right'] },
      },
      'top',
    )
    await world.build(plan)
    expect(world.calls.filter((call) => call === 'run shared')).toHaveLength(1)
    expect(world.calls.filter((call) => call.startsWith('run '))).toHaveLength(3)
  })

  it('never touches a vertex that the target does not need', async () => {
    const world = fakeWorld()
    await world.build(
      planOf(
        {
          base: { op: scratch },
          used: { op: run('used'), inputs: ['base'] },
          unused: { op: run('unused'), inputs: ['base'] },
        },
        'used',
      ),
    )
    expect(world.calls).toEqual(['run used'])
  })

  it('runs independent steps at the same time (two branches that wait for each other)', async () => {
    let arrived = 0
    let open = (): void => {}
    const both = new Promise<void>((resolve) => {
      open = resolve
    })
    const world = fakeWorld({}, async (step) => {
      if (step === 'top') return
      arrived += 1
      if (arrived === 2) open()
      await both
    })
    const plan = planOf(
      {
        base: { op: scratch },
        a: { op: run('a'), inputs: ['base'] },
        b: { op: run('b'), inputs: ['base'] },
        top: { op: copy('/x'), inputs: ['a', 'b'] },
      },
      'top',
    )
    await world.build(plan)
    expect(arrived).toBe(2)
  })

  it('takes everything from the cache the second time', async () => {
    const world = fakeWorld()
    const plan = planOf(
      { base: { op: scratch }, a: { op: run('a'), inputs: ['base'] }, b: { op: run('b'), inputs: ['a'] } },
      'b',
    )
    await world.build(plan)
    world.events.length = 0
    world.calls.length = 0
    await world.build(plan)
    expect(world.calls).toEqual([])
    expect(outcomes(world.events)).toMatchObject({ a: 'cached', b: 'cached' })
  })

  it('stops re-running where a changed step leaves the same content (early cut-off)', async () => {
    const world = fakeWorld({ old: 'same', new: 'same' })
    const plan = (command: string): BuildPlan =>
      planOf(
        {
          base: { op: scratch },
          [command]: { op: run(command), inputs: ['base'] },
          after: { op: run('after'), inputs: [command] },
        },
        'after',
      )
    await world.build(plan('old'))
    world.calls.length = 0
    await world.build(plan('new'))
    expect(world.calls).toEqual(['run new'])
  })

  it('keys COPY --link without the root below it', async () => {
    const world = fakeWorld()
    const plan = (below: string, link: boolean): BuildPlan =>
      planOf(
        {
          base: { op: scratch },
          ctx: { op: { kind: 'context', name: 'ctx' } },
          [below]: { op: run(below), inputs: ['base'] },
          top: { op: copy('f', { link }), inputs: [below, 'ctx'] },
        },
        'top',
      )
    await world.build(plan('one', true))
    world.calls.length = 0
    await world.build(plan('two', true))
    expect(world.calls).not.toContain('copy')
    await world.build(plan('three', false))
    expect(world.calls).toContain('copy')
  })

  it('asks a tree of known content only once for the same selection', async () => {
    const world = fakeWorld()
    const plan = planOf(
      {
        base: { op: scratch },
        src: { op: run('src'), inputs: ['base'] },
        top: { op: copy('/out'), inputs: ['base', 'src'] },
      },
      'top',
    )
    await world.build(plan)
    await world.build(plan)
    expect(world.calls.filter((call) => call.startsWith('select'))).toHaveLength(1)
  })

  it('does not fetch a base when everything above it is cached', async () => {
    const world = fakeWorld()
    const layers = [{ diffId: digestOf('base'), blob: { mediaType: 'x', digest: digestOf('blob'), size: 1 } }]
    const image: Op = { kind: 'image', reference: 'r', manifest: digestOf('m'), layers }
    const plan = planOf({ base: { op: image }, a: { op: run('a'), inputs: ['base'] } }, 'a')
    await world.build(plan)
    expect(world.calls).toEqual(['prepare', 'run a'])
    world.calls.length = 0
    await world.build(plan)
    expect(world.calls).toEqual([])
  })

  it('runs a step again when its cache is switched off, and stores the result', async () => {
    const world = fakeWorld()
    const plan = (ignoreCache: boolean): BuildPlan =>
      planOf({ base: { op: scratch }, a: { op: run('a'), inputs: ['base'], ignoreCache } }, 'a')
    await world.build(plan(false))
    await world.build(plan(true))
    await world.build(plan(false))
    expect(world.calls).toEqual(['run a', 'run a'])
  })

  it('cancels the others at the first failure, waits for them, and keeps what had finished', async () => {
    let cancelled = false
    const world = fakeWorld({}, async (step, signal) => {
      if (step === 'bad') throw new SlipwayError('run-failed', 'bad: exit code 1')
      if (step !== 'slow') return
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
      cancelled = true
      throw signal.reason
    })
    const plan = planOf(
      {
        base: { op: scratch },
        early: { op: run('early'), inputs: ['base'] },
        bad: { op: run('bad'), inputs: ['early'] },
        slow: { op: run('slow'), inputs: ['base'] },
        top: { op: copy('/x'), inputs: ['bad', 'slow'] },
      },
      'top',
    )
    await expect(world.build(plan)).rejects.toThrow('bad: exit code 1')
    expect(cancelled).toBe(true)
    expect(outcomes(world.events)).toEqual({ base: 'built', early: 'built', bad: 'failed', slow: 'cancelled' })
    expect([...world.records.values()].map((record) => record.step)).toEqual(['early'])
  })

  it('names the stages that do have a missing COPY --from source', async () => {
    const world = fakeWorld({ wrong: 'empty', right: 'has it' })
    const plan = planOf(
      {
        base: { op: scratch },
        right: { op: run('right'), inputs: ['base'], stage: 'builder' },
        wrong: { op: run('wrong'), inputs: ['base'], stage: 'deps' },
        both: { op: copy('/a'), inputs: ['base', 'right'] },
        top: { op: copy('/app/dist'), inputs: ['both', 'wrong'] },
      },
      'top',
    )
    await expect(world.build(plan)).rejects.toMatchObject({
      code: 'context-path-missing',
      hint: expect.stringContaining('--from=builder'),
    })
  })

  it('has the engine get ready for a command when something below it is made, and for nothing else', async () => {
    const world = fakeWorld()
    const engine = { ...world.ports.engine, warm: () => void world.calls.push('warm') }
    const build = (plan: BuildPlan): Promise<SolveResult> =>
      solve(plan, { ...world.ports, engine }, { secrets: noSecrets, signal: new AbortController().signal, parallel: 8 })
    const steps: Parameters<typeof planOf>[0] = {
      base: { op: scratch },
      files: { op: { kind: 'context', name: 'files' } },
      below: { op: copy('/below'), inputs: ['base', 'files'] },
      command: { op: run('make'), inputs: ['below'] },
      above: { op: copy('/above'), inputs: ['base', 'command'] },
    }
    const plan = planOf(steps, 'above')
    await build(plan)
    const order = world.calls.filter((call) => !call.startsWith('select'))
    expect(order).toEqual(['warm', 'copy', 'warm', 'run make', 'copy'])
    await build(plan)
    expect(world.calls.filter((call) => call === 'warm')).toHaveLength(2)
  })

  it('takes a context as the root of a stage, and as a whole image', async () => {
    const world = fakeWorld()
    const context: Op = { kind: 'context', name: 'files' }
    await world.build(planOf({ files: { op: context }, a: { op: run('a'), inputs: ['files'] } }, 'a'))
    expect(world.calls).toEqual(['adopt files', 'run a'])
    const results = await world.build(planOf({ files: { op: context } }, 'files'))
    expect(results.get(digestOf('files'))?.tree).toMatchObject({
      kind: 'layers',
      layers: [{ content: digestOf('files') }],
    })
  })

  it('keeps the values of variables out of the cache record', async () => {
    const world = fakeWorld()
    const op = { ...run('a'), env: ['TOKEN=hunter2', 'A=b'] }
    await world.build(planOf({ base: { op: scratch }, a: { op, inputs: ['base'] } }, 'a'))
    const [record] = [...world.records.values()]
    expect(Object.keys(record?.parts ?? {})).toContain('env TOKEN')
    expect(JSON.stringify(record)).not.toContain('hunter2')
  })
})
