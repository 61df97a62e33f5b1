import type { PitfallCase } from './pitfall-case.ts'

const dockerfile =
  'FROM nginx:1.29-alpine\nCOPY public /usr/share/nginx/html\nRUN fetch-all\nCOPY --from=films /out /srv/films\n'

/** Media and archives in the finished image. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'is one large film',
    dockerfile,
    image: 'line 2 0644 80 MB /usr/share/nginx/html/intro.mp4\nline 2 0644 1 MB /usr/share/nginx/html/app.js',
    finds: [2],
    says: 'line 2 brings 80 MB of media and archives into the image: /usr/share/nginx/html/intro.mp4',
  },
  {
    title: 'is many pictures together',
    dockerfile,
    image: Array.from({ length: 8 }, (_, index) => `line 2 0644 7 MB /usr/share/nginx/html/${index}.JPG`).join('\n'),
    finds: [2],
    says: 'and 5 more',
  },
  {
    title: 'is an archive that a RUN has brought, and what other stages give',
    dockerfile,
    image: 'line 3 0644 30 MB /opt/data/set.tar.gz\nline 4 0644 40 MB /srv/films/a.webm',
    finds: [3, 4],
  },
  {
    title: 'is only what is large, where the rest is little',
    dockerfile,
    image: 'line 2 0644 12 MB /srv/a.pdf\nline 2 0644 1 MB /srv/b.png',
    finds: [2],
    says: '12 MB of media and archives into the image: /srv/a.pdf',
  },
  { title: 'is not some pictures', dockerfile, image: 'line 2 0644 9 MB /srv/a.png\nline 2 0644 9 MB /srv/b.png' },
  { title: 'is not what the base has', dockerfile, image: 'base 0644 90 MB /srv/a.mp4' },
  {
    title: 'is not what packages bring',
    dockerfile,
    image: 'line 3 0644 90 MB /app/node_modules/demo/a.mp4\nline 3 0644 60 MB /usr/share/sounds/all.wav',
  },
  {
    title: 'is not a cache of downloads, which has a rule of its own',
    dockerfile,
    image: 'line 3 0644 60 MB /root/.cache/pip/a.zip',
  },
  {
    title: 'is not a program, a model or a jar',
    dockerfile,
    image: 'line 4 0755 90 MB /srv/server\nline 4 0644 90 MB /srv/a.jar\nline 4 0644 90 MB /srv/model.onnx',
  },
  {
    title: 'is not what a later line has deleted',
    dockerfile,
    image: 'line 2 0644 90 MB /srv/a.mp4\nline 3 gone /srv/a.mp4',
  },
]
