/** What `sluice collector --help` prints. */
export const HELP = `Runs the central server, which takes every machine's records into a log that proves itself.

  sluice collector --data FOLDER --issuer URL --client-id ID    starts it
  sluice collector backup … --to FILE                           copies the SQLite store while it works
  sluice collector restore … [--epoch N]                        begins a new log after a backup was put back
  sluice collector streams … [--move NAME --to POSITION]        how far each stream is, or where it goes on
  sluice collector retention | holds …                          asks a running one, signed in (sluice help)

Settings, over SLUICE_COLLECTOR_… in the environment, over those of the file:
  --config FILE         a JSON file with settings; some are only there
  --data FOLDER         keys, the note of what was published, and the SQLite store
  --database URL        postgres://…, in the place of SQLite
  --issuer URL          the OpenID provider whose tokens count
  --client-id ID        under which Sluice is registered there
  --audience NAME       whom tokens have to be for; the client id where it is left out
  --host, --port        where it listens; 127.0.0.1 and 7480
  --public-url URL      where agents and people reach it
  --log NAME            name of the log, set at the first start
  --tls-cert FILE       certificate in PEM, and
  --tls-key FILE        its key; needed beyond this machine, unless
  --behind-proxy        a proxy before it ends TLS
  --log-level LEVEL     silent, error, warn, info or debug

docs/collector.md lists every setting. It ends with SIGTERM, once what is under way is answered.
`;
