const critical = [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }]
const before = (ecosystem: string, name: string, fixed?: string): object => ({
  package: { ecosystem, name },
  ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, ...(fixed === undefined ? [] : [{ fixed }])] }],
})

/** Records in OSV's format, by the file they lie in. */
export const osvRecords: Readonly<Record<string, object>> = {
  'Debian/DEBIAN-CVE-2026-0001.json': {
    id: 'DEBIAN-CVE-2026-0001',
    modified: '2026-11-01T00:00:00Z',
    upstream: ['CVE-2026-0001'],
    details: 'The parser of URLs writes behind its buffer. Found by someone.',
    severity: critical,
    affected: [before('Debian:12', 'curl', '7.88.1-10+deb12u6'), before('Debian:11', 'curl', '7.74.0-1.3+deb11u12')],
  },
  'Debian/DSA-1.json': {
    id: 'DSA-1-1',
    upstream: ['CVE-2026-0001', 'CVE-2026-0009'],
    affected: [before('Debian:12', 'curl', '7.88.1-10+deb12u4')],
  },
  'Debian/CVE-2026-0003.json': { id: 'CVE-2026-0003', affected: [before('Debian:12', 'gcc-12')] },
  'npm/GHSA-aaaa-bbbb-cccc.json': {
    id: 'GHSA-aaaa-bbbb-cccc',
    aliases: ['CVE-2026-0002'],
    summary: 'It pads | wrongly',
    database_specific: { severity: 'HIGH' },
    affected: [before('npm', 'left-pad', '1.3.1')],
  },
  'npm/GHSA-dddd-eeee-ffff.json': {
    id: 'GHSA-dddd-eeee-ffff',
    summary: 'It tests wrongly',
    database_specific: { severity: 'LOW' },
    affected: [before('npm', 'tester', '9.0.0')],
  },
  'npm/GHSA-withdrawn.json': {
    id: 'GHSA-withdrawn',
    withdrawn: '2026-01-01T00:00:00Z',
    affected: [before('npm', 'left-pad')],
  },
}
