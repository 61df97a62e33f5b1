import { machinePlatform, parsePlatform, type Platform } from '../app/index.ts'
import { SlipwayError } from '../core/index.ts'
import type { ParsedInput } from './flags.ts'

/** The platforms of `--platform`, or the one of this machine. Throws `bad-option-value`. */
export function chosenPlatforms(texts: readonly string[]): readonly Platform[] {
  return texts.length === 0 ? [machinePlatform()] : texts.map(chosenPlatform)
}

/** One platform by its name. Throws `bad-option-value`. */
export function chosenPlatform(text: string): Platform {
  const platform = parsePlatform(text, machinePlatform())
  if (!('error' in platform)) return platform
  throw new SlipwayError('bad-option-value', `--platform ${text}: ${platform.error}`, {
    hint: 'write OS/ARCH, such as linux/amd64 or linux/arm64',
  })
}

/** What a command's `--platform` says, if anything. Throws `bad-option-value`. */
export function wantedPlatform({ flags }: ParsedInput): Platform | undefined {
  const text = flags.text('platform')
  return text === undefined ? undefined : chosenPlatform(text)
}
