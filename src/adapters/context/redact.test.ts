import { expect, it } from 'vitest'
import { redactUrls } from './index.ts'

it('credentials do not appear in messages', () => {
  expect(redactUrls("fatal: unable to access 'https://me:s3cret@host/r.git/': no")).toBe(
    "fatal: unable to access 'https://xxxxx@host/r.git/': no",
  )
  expect(redactUrls('git@host:path and a@b.c')).toBe('git@host:path and a@b.c')
})
