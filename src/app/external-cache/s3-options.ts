import { isIP } from 'node:net'
import { type Refuse, truthOption } from '../../adapters/exporters/index.ts'
import { type CacheAttributes, escapeKey, type S3Options } from '../../adapters/remote-cache/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { parseDuration } from '../../dockerfile/index.ts'
import { type CredentialPlaces, findAwsAccess } from './aws-credentials.ts'

/**
 * The attributes of `type=s3` with what the environment and the files of AWS add. Throws `bad-option-value` and
 * `config-invalid`; no value that may be secret gets into a message.
 */
export async function readS3Options(places: CredentialPlaces): Promise<S3Options> {
  const { attributes, env } = places
  const access = await findAwsAccess(places)
  const bucket = attributes.get('bucket') || env['AWS_BUCKET']
  if (!bucket) throw refuse('bucket is missing', 'add bucket=NAME, or set AWS_BUCKET')
  const region = attributes.get('region') || env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || access.region
  if (!region)
    throw refuse('region is missing', 'add region=NAME (us-east-1 where a service has none), or set AWS_REGION')
  const prefix = attributes.get('prefix') ?? ''
  const manifests = prefix + (attributes.get('manifests_prefix') ?? 'manifests/')
  const names = (attributes.get('name') ?? '').split(';').filter((name) => name !== '')
  if ((attributes.get('retry_mode') ?? 'standard') !== 'standard') throw refuse('the only retry_mode is standard')
  return {
    bucket,
    region,
    base: baseAddress({ attributes, env, bucket, region }),
    blobs: checkedKey(prefix + (attributes.get('blobs_prefix') ?? 'blobs/')),
    manifests: (names.length === 0 ? ['buildkit'] : names).map((name) => checkedKey(manifests + name)),
    touchRefresh: touchRefresh(attributes.get('touch_refresh') ?? '24h'),
    uploads: count(attributes, 'upload_parallelism', 4),
    attempts: count(attributes, 'retry_max_attempts', 3),
    ...(access.credentials === undefined ? {} : { credentials: access.credentials }),
  }
}

interface Place extends Pick<CredentialPlaces, 'attributes' | 'env'> {
  readonly bucket: string
  readonly region: string
}

/** Buckets are names of hosts unless asked otherwise, and where they cannot be: below IP addresses, or with dots by TLS. */
function baseAddress({ attributes, env, bucket, region }: Place): URL {
  const given = attributes.get('endpoint_url') || env['AWS_ENDPOINT_URL_S3'] || env['AWS_ENDPOINT_URL']
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  const text = given ?? `https://s3.${region}.${domain}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw refuse('endpoint_url is not an http or https address', 'write it as https://HOST or http://HOST:PORT')
  if (url.username !== '' || url.password !== '')
    throw refuse(
      'endpoint_url holds a user name',
      'give keys as access_key_id and secret_access_key, or by AWS_ACCESS_KEY_ID',
    )
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  const isAddress = isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0
  const isAsked = truthOption(attributes, 'use_path_style', refuse) === true
  const isPath = isAsked || isAddress || (bucket.includes('.') && url.protocol === 'https:')
  if (isPath) url.pathname += `${escapeKey(bucket)}/`
  else url.hostname = `${bucket}.${url.hostname}`
  return url
}

/** Addresses leave `..` out: such a key would be another. */
function checkedKey(key: string): string {
  if (!key.split('/').some((part) => part === '..' || part === '.')) return key
  throw refuse('a name or a prefix has a part that is . or ..')
}

function count(attributes: CacheAttributes, key: string, otherwise: number): number {
  const value = attributes.get(key)
  if (value === undefined) return otherwise
  if (/^[1-9]\d{0,2}$/.test(value)) return Number(value)
  throw refuse(`${key} is a number from 1 to 999, not ${value}`)
}

function touchRefresh(text: string): number {
  const nanoseconds = parseDuration(text)
  if (nanoseconds !== undefined && nanoseconds >= 0n) return Number(nanoseconds / 1_000_000n)
  throw refuse(`touch_refresh is a time such as 24h, not ${text}`)
}

const refuse: Refuse = (reason, hint) =>
  new SlipwayError('bad-option-value', `bad cache of type s3: ${reason}`, hint === undefined ? {} : { hint })
