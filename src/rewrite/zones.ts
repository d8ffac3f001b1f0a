/**
 * Time zones by the year from which on their clocks were never put back over or to midnight. Where they were, a
 * midnight comes twice, or a date goes on for an hour after the next one has begun, and no range of instants is the
 * same as a date: Berlin on 1916-10-01. Read from the tzdata of PostgreSQL 18.4; zones that still do it are left out.
 */
const REGULAR_SINCE: Readonly<Record<number, string>> = {
  1: `Africa/Accra Africa/Cairo Africa/Casablanca Africa/Johannesburg Africa/Lagos Africa/Nairobi
      America/Argentina/Buenos_Aires America/Bogota America/Caracas America/Chicago America/Denver America/Detroit
      America/Edmonton America/Halifax America/Indiana/Indianapolis America/Lima America/Los_Angeles America/Monterrey
      America/Montevideo America/Montreal America/New_York America/Panama America/Puerto_Rico America/Santiago
      America/Tijuana America/Toronto America/Vancouver America/Winnipeg
      Asia/Almaty Asia/Baghdad Asia/Bangkok Asia/Calcutta Asia/Dhaka Asia/Dubai Asia/Hong_Kong Asia/Istanbul
      Asia/Jakarta Asia/Karachi Asia/Kathmandu Asia/Kolkata Asia/Kuala_Lumpur Asia/Kuwait Asia/Manila Asia/Novosibirsk
      Asia/Qatar Asia/Riyadh Asia/Seoul Asia/Shanghai Asia/Singapore Asia/Tashkent Asia/Vladivostok Asia/Yekaterinburg
      Atlantic/Reykjavik Australia/Adelaide Australia/Brisbane Australia/Darwin Australia/Hobart Australia/Melbourne
      Australia/Perth Australia/Sydney EST Etc/GMT Etc/UCT Etc/UTC Europe/Belgrade Europe/Dublin Europe/Istanbul
      Europe/Kiev Europe/Kyiv Europe/Ljubljana Europe/London Europe/Minsk Europe/Riga Europe/Sarajevo Europe/Skopje
      Europe/Tallinn Europe/Vaduz Europe/Vilnius Europe/Zagreb Europe/Zurich GB GMT Pacific/Auckland Pacific/Honolulu
      UCT US/Central US/Eastern US/Hawaii US/Mountain US/Pacific UTC Zulu`,
  1868: 'America/Anchorage',
  1917: `CET Europe/Amsterdam Europe/Berlin Europe/Bratislava Europe/Brussels Europe/Copenhagen Europe/Luxembourg
         Europe/Oslo Europe/Prague Europe/Stockholm Europe/Vienna Europe/Warsaw MET`,
  1919: 'Europe/Moscow',
  1923: 'America/Mexico_City',
  1943: 'Europe/Helsinki',
  1945: 'America/Phoenix MST',
  1946: 'Africa/Algiers Asia/Taipei',
  1951: 'America/Sao_Paulo',
  1952: 'Asia/Tokyo',
  1956: 'Asia/Ho_Chi_Minh',
  1975: 'Europe/Malta',
  1976: 'EET Europe/Athens',
  1977: 'Europe/Monaco Europe/Paris',
  1978: 'Europe/Madrid',
  1979: 'Asia/Tehran',
  1980: 'Europe/Rome',
  1981: 'Europe/Sofia',
  1984: 'Europe/Budapest',
  1986: 'Europe/Lisbon WET',
  1991: 'Africa/Tunis',
  1994: 'Europe/Bucharest',
  2005: 'Asia/Jerusalem Asia/Tel_Aviv',
  2007: 'Asia/Colombo',
};

/** The zones by name. */
export const REGULAR_ZONES: ReadonlyMap<string, number> = new Map(
  Object.entries(REGULAR_SINCE).flatMap(([year, names]) =>
    names.split(/\s+/).map((name) => [name, Number(year)] as const),
  ),
);
