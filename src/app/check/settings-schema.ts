import * as v from 'valibot'
import { budgetsSchema } from '../budgets/budgets-schema.ts'

const severity = v.picklist(['info', 'warning', 'error'])

const ignoreEntry = v.strictObject({
  rule: v.pipe(v.string(), v.description('A rule by its id, or by its name in hadolint, dockle, trivy or BuildKit')),
  path: v.optional(
    v.pipe(v.string(), v.description('Which files, as in .dockerignore, relative to this file; all without it')),
  ),
  reason: v.pipe(v.string(), v.minLength(1), v.description('Why')),
  expires: v.optional(v.pipe(v.string(), v.isoDate(), v.description('The last day on which it counts: YYYY-MM-DD'))),
})

const acceptedVulnerability = v.strictObject({
  id: v.pipe(v.string(), v.minLength(1), v.description('A vulnerability by any of its names: CVE-…, GHSA-…, DSA-…')),
  package: v.optional(
    v.pipe(v.string(), v.description('Only in this package, or in those that were built from this source')),
  ),
  reason: v.pipe(v.string(), v.minLength(1), v.description('Why')),
  expires: v.optional(v.pipe(v.string(), v.isoDate(), v.description('The last day on which it counts: YYYY-MM-DD'))),
})

/** What `ignore` of `scan` holds, and a file that `slipway scan --ignore` names. */
export const acceptedVulnerabilities = v.array(acceptedVulnerability)

/** `slipway.yaml`. */
export const settingsSchema = v.strictObject({
  $schema: v.optional(v.pipe(v.string(), v.description('The address of this schema, for editors'))),
  check: v.optional(
    v.pipe(
      v.strictObject({
        profile: v.optional(
          v.pipe(
            v.picklist(['decision', 'security', 'size', 'speed', 'production']),
            v.description('Ask the rules of one checklist only'),
          ),
        ),
        failOn: v.optional(
          v.pipe(
            v.picklist(['error', 'warning', 'info', 'never']),
            v.description('From which severity on findings make the exit code 1'),
          ),
        ),
        level: v.optional(
          v.pipe(
            v.picklist(['static', 'context', 'build', 'image', 'run']),
            v.description('What may be looked at: the Dockerfile, its context, a build, the image, a run of it'),
          ),
        ),
        rules: v.optional(
          v.pipe(
            v.record(v.string(), v.union([v.literal('off'), severity])),
            v.description('Rules by id: off, or how grave what they find is'),
          ),
        ),
        ignore: v.optional(v.pipe(v.array(ignoreEntry), v.description('What is known and accepted'))),
      }),
      v.description('`slipway check`'),
    ),
  ),
  scan: v.optional(
    v.pipe(
      v.strictObject({
        failOn: v.optional(
          v.pipe(
            v.picklist(['critical', 'high', 'medium', 'low', 'none']),
            v.description('From which level on vulnerabilities make the exit code 1'),
          ),
        ),
        onlyFixed: v.optional(v.pipe(v.boolean(), v.description('Leave out what no version repairs'))),
        maxAge: v.optional(
          v.pipe(
            v.number(),
            v.minValue(0),
            v.description('After how many days the database is called old; 7 without it'),
          ),
        ),
        ignore: v.optional(v.pipe(acceptedVulnerabilities, v.description('What is known and accepted'))),
      }),
      v.description('`slipway scan`'),
    ),
  ),
  budgets: v.optional(
    v.pipe(budgetsSchema, v.description('What `slipway build` and `slipway analyze` judge images by')),
  ),
})

/** What `slipway.yaml` may hold. */
export type SettingsText = v.InferOutput<typeof settingsSchema>
