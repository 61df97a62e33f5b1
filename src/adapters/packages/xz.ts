import { spawn } from 'node:child_process'
import { SlipwayError } from '../../core/index.ts'

/**
 * Decompresses xz with the `xz` program: neither Node nor a maintained JavaScript library reads the format fast enough
 * (packages are 30 to 300 MB unpacked). Throws `package-archive` when it is not installed, `bad-archive` when it fails.
 */
export function unxz(data: Uint8Array, name: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn('xz', ['--decompress', '--stdout', '--single-stream'], { stdio: ['pipe', 'pipe', 'pipe'] })
    const chunks: Buffer[] = []
    let complaint = ''
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => {
      complaint += chunk.toString('utf8')
    })
    child.on('error', (error: NodeJS.ErrnoException) => reject(error.code === 'ENOENT' ? missing(name) : error))
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(chunks))
      else reject(new SlipwayError('bad-archive', `cannot decompress ${name}`, { notes: complaint.trim().split('\n') }))
    })
    // xz that stops early closes the pipe; its exit code tells the story.
    child.stdin.on('error', () => {})
    child.stdin.end(data)
  })
}

function missing(name: string): SlipwayError {
  return new SlipwayError('package-archive', `cannot decompress ${name}: the program xz is missing`, {
    hint: 'install package xz-utils (Debian, Ubuntu) or xz (Fedora, Alpine, Homebrew)',
  })
}
