import { lstatSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBench, type StepBench, stepContexts } from './testing/step-contexts.ts'

const defaultCapabilities = '00000000a80425fb'

describe.each(stepContexts())('isolation of a step under $name', (context) => {
  let bench: StepBench
  beforeAll(async () => {
    bench = await openBench(context)
  })
  afterAll(() => bench?.close())

  const status = async (user: string): Promise<Record<string, string>> => {
    const { stdout } = await bench.sh('grep -E "^(Cap|Seccomp:|NoNewPrivs)" /proc/self/status', { user })
    return Object.fromEntries(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(/:\s*/) as [string, string]),
    )
  }

  it('has the default capabilities as root, none as another user, and may gain them by setuid programs', async () => {
    expect(await status('')).toMatchObject({
      CapEff: defaultCapabilities,
      CapBnd: defaultCapabilities,
      CapInh: '0000000000000000',
      NoNewPrivs: '0',
    })
    expect(await status('app')).toMatchObject({
      CapEff: '0000000000000000',
      CapBnd: defaultCapabilities,
      CapAmb: '0000000000000000',
      NoNewPrivs: '0',
    })
    expect((await bench.sh('mount')).stdout).not.toMatch(/ on \/ .*nosuid/)
  })

  it.skipIf(context.kind === 'embedded')('cannot make namespaces, by filter', async () => {
    expect(await status('app')).toMatchObject({ Seccomp: '2' })
    expect((await bench.sh('unshare -U true', { user: 'app' })).stderr).toContain('Operation not permitted')
  })

  it('cannot mount, unmount or change what is masked', async () => {
    const { stdout } = await bench.sh(`
      mount -t tmpfs none /tmp 2>/dev/null || echo no-mount
      umount /etc/hosts 2>/dev/null || echo no-umount
      echo 1 2>/dev/null > /proc/sys/kernel/panic || echo no-sysctl
      echo h 2>/dev/null > /proc/sysrq-trigger || echo no-sysrq
      mkdir /sys/x 2>/dev/null || echo no-sys
      wc -c < /proc/keys; ls /sys/firmware /proc/acpi 2>/dev/null | grep -v : | wc -w
      dd if=/proc/kcore bs=1 count=1 2>/dev/null | wc -c`)
    expect(stdout).toBe('no-mount\nno-umount\nno-sysctl\nno-sysrq\nno-sys\n0\n0\n0\n')
  })

  it('sees its own processes only', async () => {
    const { stdout } = await bench.sh('echo $$; ls /proc | grep -c "^[0-9]"')
    expect(stdout).toMatch(/^1\n[1-4]\n$/)
  })

  it('has a small /dev whose nodes work, and cannot open devices that it makes', async () => {
    const { stdout, upper } = await bench.sh(`
      ls /dev | tr '\\n' ' ' 2>/dev/null || ls -C /dev; echo gone > /dev/null; head -c 4 /dev/zero | wc -c; head -c 4 /dev/urandom | wc -c
      echo s > /dev/shm/x; cat /dev/shm/x; chmod 600 /dev/null 2>/dev/null
      mknod /disk b 7 0 2>/dev/null; mknod /dev/disk b 7 0 2>/dev/null
      cat /disk >/dev/zero 2>&1 || echo closed; cat /dev/disk >/dev/zero 2>&1 || echo closed`)
    expect(stdout).toMatch(/4\n4\ns\nclosed\nclosed\n$/)
    expect(upper.filter((name) => name !== 'disk')).toEqual([])
    expect(lstatSync('/dev/null').mode & 0o777).toBe(0o666)
    expect((await bench.sh('stat -c %a /dev/null')).stdout).toBe('666\n')
  })

  it('has only a loopback device without network, and the machine with it', async () => {
    const port = await new Promise<number>((resolve) => {
      const server = createServer((socket) => socket.end('reached')).listen(0, '127.0.0.1', () => {
        const address = server.address()
        server.unref()
        resolve(typeof address === 'object' && address !== null ? address.port : 0)
      })
    })
    const command = `nc 127.0.0.1 ${port} < /dev/null; ip -o link | grep -c .; ip -o link show lo | grep -o "LOOPBACK,UP"`
    expect((await bench.sh(command, { network: 'none' })).stdout).toBe('1\nLOOPBACK,UP\n')
    expect((await bench.sh(command, { network: 'host' })).stdout).toContain('reached')
    expect((await bench.sh(command, { network: 'default' })).stdout).toContain('reached')
  })

  it('may mount and has no filter with security=insecure', async () => {
    const { stdout } = await bench.sh(
      'mount -t tmpfs none /tmp && echo mounted; unshare -n true && echo unshared; grep Seccomp: /proc/self/status',
      {
        security: 'insecure',
      },
    )
    expect(stdout).toBe('mounted\nunshared\nSeccomp:\t0\n')
  })

  it('finds the owner of files of the layer as they are', async () => {
    const { stdout, upperDir } = await bench.sh(
      'touch /f && chown app:extra /f && chmod 4750 /f && stat -c "%U %G %a" /f',
    )
    expect(stdout).toBe('app extra 4750\n')
    expect(lstatSync(join(upperDir, 'f')).uid === 1000).toBe(!context.rootless)
  })
})
