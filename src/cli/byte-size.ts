import { SlipwayError } from '../core/index.ts'

/** Docker's sizes: `64m`, `1g`, `1.5gb`, plain bytes; powers of 1024. Throws `bad-option-value` with the name of the flag. */
export function byteSize(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?$/i.exec(text)
  if (match === null)
    throw new SlipwayError('bad-option-value', `--${flag} ${text}: it is not a size`, {
      hint: 'write bytes, or 64m, 1g',
    })
  const power = ['', 'k', 'm', 'g', 't'].indexOf((match[2] ?? '').toLowerCase())
  return Math.floor(Number(match[1]) * 1024 ** power)
}
