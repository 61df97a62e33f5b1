import path from 'node:path'
import { truthOption } from '../../adapters/exporters/index.ts'
import { type CacheAttributes, openGhaCache, openS3Cache, type RemoteCache } from '../../adapters/remote-cache/index.ts'
import { parseDigest, SlipwayError } from '../../core/index.ts'
import { referenceOf } from '../copy/place.ts'
import { homeDirectory } from '../home-directory.ts'
import type { Session } from '../session.ts'
import type { CacheKind } from './cache-spec.ts'
import { readGhaOptions } from './gha-options.ts'
import { openLocalCache } from './local-cache.ts'
import { openWire } from './open-wire.ts'
import { openRegistryCache } from './registry-cache.ts'
import { readS3Options } from './s3-options.ts'

export interface CachePlace {
  readonly kind: CacheKind
  readonly attributes: CacheAttributes
  /** For paths. */
  readonly cwd: string
  /** It is written, not read. */
  readonly isTarget: boolean
}

/** Opens the place that `--cache-from` or `--cache-to` names; nothing is asked of it yet. Throws `bad-option-value`. */
export async function openCache(session: Session, place: CachePlace): Promise<RemoteCache> {
  switch (place.kind) {
    case 'local':
      return localCache(place)
    case 'registry':
      return openRegistryCache(session, {
        reference: referenceOf(place.attributes.get('ref') ?? ''),
        insecure: truthOption(place.attributes, 'registry.insecure', (reason) => bad(reason)) ?? false,
      })
    case 's3': {
      const options = await readS3Options({ attributes: place.attributes, env: session.env, home: homeDirectory() })
      return openS3Cache(openWire(session.env), options)
    }
    case 'gha': {
      const { attributes, isTarget } = place
      const options = readGhaOptions({ attributes, env: session.env, now: session.now(), writes: isTarget })
      return openGhaCache(openWire(session.env), options)
    }
    case 'inline':
      throw new SlipwayError('internal', 'an inline cache has no place of its own')
  }
}

function localCache({ attributes, cwd }: CachePlace): RemoteCache {
  const written = attributes.get('digest')
  const digest = written === undefined ? undefined : parseDigest(written)
  if (written !== undefined && digest === undefined) throw bad(`digest is sha256:HEX, not ${written}`)
  return openLocalCache({
    directory: path.resolve(cwd, attributes.get('src') ?? attributes.get('dest') ?? ''),
    tag: attributes.get('tag') ?? 'latest',
    ...(digest === undefined ? {} : { digest }),
  })
}

function bad(reason: string): SlipwayError {
  return new SlipwayError('bad-option-value', `bad external cache: ${reason}`)
}
