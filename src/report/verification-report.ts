import type { Check, Verification } from '../attest/index.ts'
import { type Palette, paint } from './palette.ts'
import { visibleText } from './visible-text.ts'

/** Every check of an image for people, and the sum of them. Lines without a final line feed. */
export function verificationLines(
  { image, digest, checks }: Verification,
  { sound, reproduced }: { readonly sound: boolean; readonly reproduced: boolean | undefined },
  palette: Palette,
): readonly string[] {
  const wrong = checks.filter(({ ok, what }) => !ok && what !== 'rebuild').length
  const name = visibleText(image)
  const about = digest === undefined ? '' : ` (${digest})`
  const again = reproduced === undefined ? '' : reproduced ? ', and can be built again' : ', but was not reproduced'
  const count = `${checks.length} ${checks.length === 1 ? 'check' : 'checks'}`
  const sum = sound
    ? `${name} is sound${again}: ${count}${about}`
    : `${name} is damaged or made wrong: ${wrong} of ${count} failed`
  return [...checks.flatMap((check) => checkLines(check, palette)), '', paint(palette.strong, sum)]
}

function checkLines({ what, place, digest, ok, says, hint }: Check, palette: Palette): readonly string[] {
  const mark = ok ? paint(palette.faint, 'ok   ') : paint(palette.error, 'WRONG')
  const label = place === what || place.includes(` ${what} `) ? place : `${place} ${what}`
  const name = digest === undefined ? '' : ` ${digest.slice(0, 19)}`
  const line = `${mark} ${label}${name}: ${visibleText(says)}`
  return hint === undefined ? [line] : [line, `      ${paint(palette.strong, 'hint:')} ${visibleText(hint)}`]
}
