import type { Session } from '../session.ts'

/** When a document says it was made, in milliseconds: SOURCE_DATE_EPOCH, so that it comes out the same again, or now. */
export function documentTime({ env, now }: Pick<Session, 'env' | 'now'>): number {
  const epoch = env['SOURCE_DATE_EPOCH']
  return epoch !== undefined && /^\d{1,11}$/.test(epoch) ? Number(epoch) * 1000 : now()
}
