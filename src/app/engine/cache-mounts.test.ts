import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../../../test/kit/temporary-directory.ts'
import { ownerName } from '../../adapters/blob-store/index.ts'
import { takeCache } from './cache-mounts.ts'

const mount = (sharing: 'shared' | 'private' | 'locked') =>
  ({
    type: 'cache',
    target: '/c',
    id: 'c',
    uid: 0,
    gid: 0,
    mode: 0o755,
    sharing,
    readonly: false,
  }) as const

const wants = (prepare: (directory: string) => Promise<void> = () => Promise.resolve()) => ({
  seed: '',
  step: 'RUN true',
  platform: 'linux/amd64',
  signal: AbortSignal.timeout(5000),
  prepare,
})

describe('takeCache', () => {
  test('gives steps that begin at the same time one new directory, prepared once and before anybody has it', async () => {
    const places = { directory: temporaryDirectory(), owner: ownerName() }
    let prepared = 0
    const prepare = async (directory: string): Promise<void> => {
      await sleep(20)
      prepared += 1
      writeFileSync(path.join(directory, 'seed'), 'there')
    }
    const taken = await Promise.all([1, 2, 3].map(() => takeCache(places, mount('shared'), wants(prepare))))
    expect(new Set(taken.map((one) => one.path)).size).toBe(1)
    expect(readFileSync(path.join(taken[0]?.path ?? '', 'seed'), 'utf8')).toBe('there')
    expect(prepared).toBe(1)
  })

  test('keeps what a step has written even if nobody says that it finished', async () => {
    const places = { directory: temporaryDirectory(), owner: ownerName() }
    const first = await takeCache(places, mount('shared'), wants())
    const second = await takeCache(places, mount('shared'), wants())
    expect(second.path).toBe(first.path)
  })

  test('makes another directory when preparing one has failed', async () => {
    const places = { directory: temporaryDirectory(), owner: ownerName() }
    const failing = takeCache(
      places,
      mount('locked'),
      wants(() => Promise.reject(new Error('no seed'))),
    )
    await expect(failing).rejects.toThrow('no seed')
    const next = await takeCache(places, mount('locked'), wants())
    mkdirSync(path.join(next.path, 'works'))
  })

  test('gives private mounts a directory each, and the first one again when it is free', async () => {
    const places = { directory: temporaryDirectory(), owner: ownerName() }
    const first = await takeCache(places, mount('private'), wants())
    const second = await takeCache(places, mount('private'), wants())
    expect(second.path).not.toBe(first.path)
    first.release()
    expect((await takeCache(places, mount('private'), wants())).path).toBe(first.path)
  })

  test('never gives a directory to somebody who wants it alone together with those who share it', async () => {
    const places = { directory: temporaryDirectory(), owner: ownerName() }
    const sharer = await takeCache(places, mount('shared'), wants())
    expect((await takeCache(places, mount('private'), wants())).path).not.toBe(sharer.path)
    let alone: string | undefined
    const locking = takeCache(places, mount('locked'), wants()).then((one) => {
      alone = one.path
      return one
    })
    await sleep(150)
    expect(alone).toBeUndefined()
    sharer.release()
    expect((await locking).path).toBe(sharer.path)
    expect((await takeCache(places, mount('shared'), wants())).path).not.toBe(sharer.path)
  })

  test('leaves no lock behind when the wait for one is cancelled', async () => {
    const places = { directory: temporaryDirectory(), owner: ownerName() }
    const sharer = await takeCache(places, mount('shared'), wants())
    const waiting = takeCache(places, mount('locked'), { ...wants(), signal: AbortSignal.timeout(20) })
    await expect(waiting).rejects.toThrow()
    expect((await takeCache(places, mount('shared'), wants())).path).toBe(sharer.path)
  })

  test('says in mount.json what the cache is and who used it last', async () => {
    const places = { directory: temporaryDirectory(), owner: ownerName() }
    const { home } = await takeCache(places, mount('shared'), { ...wants(), step: 'RUN first' })
    const read = () => JSON.parse(readFileSync(path.join(home, 'mount.json'), 'utf8'))
    const { created } = read()
    await sleep(5)
    await takeCache(places, mount('shared'), { ...wants(), step: 'RUN second' })
    expect(read()).toMatchObject({ id: 'c', uid: 0, mode: 0o755, sharing: 'shared', target: '/c', step: 'RUN second' })
    expect(read().created).toBe(created)
    expect(read().used).toBeGreaterThan(created)
  })

  test('takes over the lock of a process that is gone', async () => {
    const places = { directory: temporaryDirectory(), owner: '1-2-3-dead' }
    await takeCache(places, mount('locked'), wants())
    const next = await takeCache({ ...places, owner: ownerName() }, mount('locked'), wants())
    expect(next.path).toContain('data-0-')
  })
})
