import { flagsNamed } from '../../dockerfile/index.ts'
import type { Pitfall } from '../pitfall.ts'

/** FROM lines that allow one platform only. */
export const platformPinned: Pitfall = {
  id: 'platform-pinned',
  summary: 'FROM leaves the platform to the build: a constant gives every machine the image of one.',
  severity: 'warning',
  level: 'static',
  profiles: ['decision', 'production'],
  peers: { hadolint: ['DL3029'], buildkit: ['FromPlatformFlagConstDisallowed'] },
  find: ({ stages }) =>
    stages.flatMap(({ at, from, base }) => {
      const flag = flagsNamed(from, 'platform').at(-1)
      const value = flag?.content ?? ''
      if (flag === undefined || value === '' || value.includes('$')) return []
      return [
        {
          at,
          message: `--platform=${value} makes ${base.isEmpty ? 'this stage' : base.written} ${value} on every machine and for every target`,
          hint: 'leave it out, or write --platform=$BUILDPLATFORM for a stage that cross-compiles; choose the platform with slipway build --platform',
          fixes: [
            {
              title: `leave out --platform=${value}`,
              edits: [{ span: withBlank(at.source.text, flag.span), text: '' }],
              claims: [],
            },
          ],
        },
      ]
    }),
}

/** The flag and the blank behind it. */
function withBlank(text: string, { start, end }: { readonly start: number; readonly end: number }) {
  return { start, end: /[ \t]/.test(text.charAt(end)) ? end + 1 : end }
}
