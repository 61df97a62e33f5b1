import type { PitfallCase } from './pitfall-case.ts'

const two = (install: string, last: string, run = 'python:3.12-slim'): string =>
  `FROM python:3.12-slim AS deps\nWORKDIR /backend\nCOPY . ./\n${install}\n\nFROM ${run}\n${last}\n`
const pip = 'RUN pip install --no-cache-dir -r requirements.txt'
const all = 'COPY --from=deps /backend /app'

export const cases: readonly PitfallCase[] = [
  {
    title: 'the directory of the list, for a server without Python',
    dockerfile: two(pip.replace('RUN', 'RUN --mount=type=cache,target=/root/.cache/pip'), all, 'nginx:alpine'),
    finds: [7],
    says: 'site-packages (line 4)',
  },
  {
    title: 'the directory of the list, for the same Python',
    dockerfile: two(pip, `WORKDIR /app\n${all}\nCMD ["python", "app.py"]`),
    finds: [8],
    says: '`requirements.txt`',
  },
  {
    title: 'by uv, with a slash behind',
    dockerfile: two(
      'RUN pip install uv && uv pip install --system -r requirements.txt',
      'COPY --from=deps /backend/ /srv/\nCMD ["python", "/srv/app.py"]',
    ),
    finds: [7],
  },
  {
    title: 'with headers that are installed first',
    dockerfile: two(
      'RUN apt-get update && apt-get install -y gcc && rm -rf /var/lib/apt/lists/*\nRUN python -m pip install -r /backend/requirements.txt',
      all,
    ),
    finds: [8],
  },
  {
    title: 'the packages are copied',
    dockerfile: two(
      pip,
      `${all}\nCOPY --from=deps /usr/local/lib/python3.12/site-packages /usr/local/lib/python3.12/site-packages`,
    ),
  },
  {
    title: 'a virtual environment in the directory',
    dockerfile: two('RUN python -m venv .venv && .venv/bin/pip install -r requirements.txt', all),
  },
  {
    title: 'a directory that is told',
    dockerfile: two('RUN pip install --target=/backend/lib -r requirements.txt', all),
  },
  { title: 'installed anew', dockerfile: two(pip, `${all}\nRUN pip install -r /app/requirements.txt`) },
  {
    title: 'something is made with them',
    dockerfile: two(`${pip}\nRUN mkdocs build`, all, 'nginx:alpine'),
  },
  {
    title: 'only a part that is made',
    dockerfile: two(pip, 'COPY --from=deps /site /usr/share/nginx/html', 'nginx:alpine'),
  },
  {
    title: 'packages of the distribution',
    dockerfile: two(pip, `RUN apt-get update && apt-get install -y python3-flask\n${all}`, 'debian:trixie-slim'),
  },
  { title: 'the stage goes on', dockerfile: two(pip, 'CMD ["python", "app.py"]', 'deps') },
]
