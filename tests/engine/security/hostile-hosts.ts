/** IPv4 addresses no run may reach under a strict policy; the first six none ever. */
export const METADATA = [
  '169.254.169.254',
  '169.254.169.253',
  '169.254.170.2',
  '169.254.170.23',
  '100.100.100.200',
  '192.0.0.192',
];
export const INTERNAL = [
  '127.0.0.2',
  '127.255.255.254',
  '10.0.0.1',
  '10.255.255.255',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.1.1',
  '100.64.0.1',
  '0.0.0.0',
  '0.1.2.3',
  '192.0.2.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
];

/** The ways to write an IPv4 address in a URL, and tricks that put something else in front of it. */
export function urlsOf(address: string, port: number): string[] {
  const [a, b, c, d] = address.split('.').map(Number) as [number, number, number, number];
  const whole = ((a * 256 + b) * 256 + c) * 256 + d;
  const hex = (part: number) => `0x${part.toString(16)}`;
  const octal = (part: number) => `0${part.toString(8)}`;
  const wide = [...address].map((sign) => (sign === '.' ? sign : String.fromCharCode(sign.charCodeAt(0) + 0xfee0)));
  const groups = `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  const hosts = [
    address,
    `${address}.`,
    String(whole),
    hex(whole),
    octal(whole),
    [a, b, c, d].map(hex).join('.'),
    [a, b, c, d].map(octal).join('.'),
    `${hex(a)}.${octal(b)}.${c}.${d}`,
    `${a}.${b}.${c * 256 + d}`,
    `${a}.${(b * 256 + c) * 256 + d}`,
    wide.join(''),
    address.replaceAll('.', '。'),
    [...address].map((sign) => `%${sign.charCodeAt(0).toString(16)}`).join(''),
    `[::ffff:${address}]`,
    `[::ffff:${groups}]`,
    `[0:0:0:0:0:ffff:${groups}]`,
    `[64:ff9b::${address}]`,
    `[64:ff9b::${groups}]`,
    `[2002:${groups}::1]`,
    `[::${groups}]`,
  ].map((host) => `http://${host}:${port}/`);
  return [
    ...hosts,
    `HTTP://${address}:${port}/`,
    ` http://${address}:${port}/ `,
    `http:\\\\${address}:${port}\\`,
    `http:/${address}:${port}/`,
    `http:${address}:${port}`,
    `http://${address.slice(0, 2)}\t${address.slice(2)}:${port}/`,
    `http://${address}\n:${port}/`,
    `http://public.example@${address}:${port}/`,
    `http://public.example:80@${address}:${port}/`,
    `http://public.example%40@${address}:${port}/`,
    `http://${address}:${port}#@public.example/`,
    `http://${address}:${port}?@public.example/`,
    `http://${address}:${port}\\@public.example/`,
    `http://public.example\\@${address}:${port}/`,
    `https://${address}:${port}/`,
    `ftp://${address}:${port}/`,
    `gopher://${address}:${port}/`,
    `file://${address}/etc/passwd`,
  ];
}

/** Addresses of IPv6 itself. */
export const INTERNAL_6 = [
  '::1',
  '::',
  'fe80::1',
  'fe80::1%25lo',
  'fc00::1',
  'fd12:3456::1',
  'fec0::1',
  'ff02::1',
  '2001:db8::1',
  '2001::1',
  '3fff::1',
  '5f00::1',
  '100::1',
  'fd00:ec2::254',
];
