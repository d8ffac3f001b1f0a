import type { BouncerPlan } from './plan.ts';

/**
 * What systemd has to know: for one process an addition to the unit that the package brings, for several a unit of which
 * each process is an instance. They need no sockets of systemd: the processes share their port by `so_reuseport`.
 */
export function unitFile(plan: BouncerPlan): { readonly name: string; readonly lines: readonly string[] } {
  return plan.sizes.processes === 1
    ? { name: 'pgbouncer.service.conf', lines: additionLines(plan) }
    : { name: 'pgbouncer@.service', lines: templateLines(plan) };
}

function additionLines(plan: BouncerPlan): string[] {
  return [
    '# Put it at /etc/systemd/system/pgbouncer.service.d/limits.conf, then: systemctl daemon-reload',
    '# and systemctl restart pgbouncer.',
    '[Service]',
    ...limitLines(plan),
  ];
}

function templateLines(plan: BouncerPlan): string[] {
  const { folders, sizes } = plan;
  const instances = `pgbouncer@{1..${sizes.processes}}`;
  return [
    `# ${sizes.processes} processes that share one port. Put it at /etc/systemd/system/pgbouncer@.service, then:`,
    '#   systemctl daemon-reload',
    '#   systemctl disable --now pgbouncer   (the unit of the package: it would take its part of the clients)',
    `#   systemctl enable --now ${instances}`,
    '[Unit]',
    'Description=connection pooler for PostgreSQL, process %i',
    'Documentation=https://www.pgbouncer.org/',
    'After=network.target',
    '',
    '[Service]',
    '# Needs a build with systemd, as Debian’s is.',
    'Type=notify',
    '# As Debian has it; other packages have a user pgbouncer. The files and the log’s folder belong to it.',
    'User=postgres',
    `ExecStart=/usr/sbin/pgbouncer ${folders.config}/pgbouncer-%i.ini`,
    'ExecReload=/bin/kill -HUP $MAINPID',
    'KillSignal=SIGINT',
    'Restart=on-failure',
    `# ${folders.run}/1 and so on: for the socket and the process id of each.`,
    `RuntimeDirectory=${folders.run.replace(/^\/(?:var\/)?run\//, '')}/%i`,
    ...limitLines(plan),
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  ];
}

/** The kernel's own limit, `fs.nr_open`, unless somebody has changed it. */
const KERNEL_LIMIT = 1_048_576;

function limitLines({ sizes }: BouncerPlan): string[] {
  const { fileDescriptors, fileDescriptorsWhy } = sizes;
  return [
    `# File descriptors of ${sizes.processes === 1 ? 'the process' : 'each process'}: ${fileDescriptorsWhy}`,
    ...(fileDescriptors > KERNEL_LIMIT
      ? [`# The kernel allows ${KERNEL_LIMIT}: raise fs.nr_open (sysctl) first, or it does not start.`]
      : []),
    `LimitNOFILE=${fileDescriptors}`,
  ];
}
