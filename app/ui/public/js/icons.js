// Line drawings, 24 × 24. A product's `picture` is its category; `drawing` finds the line drawing for it.
const KINDS = {
  coffee: ['coffee', 'cold_brew'],
  tea: ['tea', 'tea_latte'],
  drink: ['drink', 'juice', 'soda', 'water'],
  milk: ['milk'],
  bakery: ['pastry', 'bun', 'bread', 'griddle'],
  sandwich: ['sandwich', 'burger', 'wrap'],
  bowl: ['noodle', 'rice', 'congee', 'soup', 'salad'],
  egg: ['egg'],
  dessert: ['cake', 'cookie', 'dessert'],
  fruit: ['fruit'],
  combo: ['combo', 'set'],
  phone: ['top_up'],
  data: ['data_pack']
}
const WARM = ['bakery', 'sandwich', 'bowl', 'egg', 'dessert', 'combo']

const DRAWINGS = {
  coffee: 'M4 9h12v6a4 4 0 0 1-4 4H8a4 4 0 0 1-4-4zm12 1h2a3 3 0 0 1 0 6h-2M8 5.500V4m4 1.500V4',
  tea: 'M5 8h14l-1.500 10a2 2 0 0 1-2 1.700h-7a2 2 0 0 1-2-1.700zM4 8h16M12 8l2-5',
  drink: 'M6 7h12l-1.400 12.300a1.500 1.500 0 0 1-1.500 1.200H8.900a1.500 1.500 0 0 1-1.500-1.200zM5 7h14M7 12h10M13 7l1.500-4',
  milk: 'M8 3h8v3l2 4v10a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1V10l2-4zM6 12h12',
  bakery: 'M4 15c1-7 15-7 16 0 1 4-17 4-16 0zm4-3.500 1.500 2.500M12 10.500V14m4-2.500L14.500 14',
  sandwich: 'M4 10c0-3 4-5 8-5s8 2 8 5zM4 10v2h16v-2M4 15h16v1.500a2.500 2.500 0 0 1-2.500 2.500h-11A2.500 2.500 0 0 1 4 16.500zm0-3 2.700 2L9.300 12l2.700 2 2.700-2 2.600 2 2.700-2',
  bowl: 'M3 11h18a9 9 0 0 1-5 8H8a9 9 0 0 1-5-8zm5-3c0-1.500 1.500-1.500 1.500-3M13 8c0-1.500 1.500-1.500 1.500-3',
  egg: 'M12 3c4 0 7 6 7 10.500a7 7 0 0 1-14 0C5 9 8 3 12 3zm0 8a3 3 0 1 1 0 6 3 3 0 0 1 0-6z',
  dessert: 'M4 12 13 5a7 7 0 0 1 7 7zm0 0v6a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-6M4 15.500h16',
  fruit: 'M12 8c-2-2-7-1-7 5 0 5 4 8 7 7 3 1 7-2 7-7 0-6-5-7-7-5zm0 0c0-2 1-4 3-5',
  combo: 'M3 8h8v5a3 3 0 0 1-3 3H6a3 3 0 0 1-3-3zm10 8c.500-5 7.500-5 8 0 .500 3-8.500 3-8 0zM3 20h18',
  phone: 'M8 3h8a1.500 1.500 0 0 1 1.500 1.500v15A1.500 1.500 0 0 1 16 21H8a1.500 1.500 0 0 1-1.500-1.500v-15A1.500 1.500 0 0 1 8 3zm3 15h2',
  data: 'M5 19v-3m4.700 3v-6m4.600 6V9.500M19 19V5',
  other: 'M5 8h14l-1 12H6zm4 0a3 3 0 0 1 6 0',
  clock: 'M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zm0 4v4l3 2',
  place: 'M12 21c-4-4.500-6-7.500-6-10.500a6 6 0 0 1 12 0C18 13.500 16 16.500 12 21zm0-8.500a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  spark: 'M12 4l1.800 5.200L19 11l-5.200 1.800L12 18l-1.800-5.200L5 11l5.200-1.800z',
  lock: 'M7 11h10a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1zm2 0V8a3 3 0 0 1 6 0v3',
  wallet: 'M4 7.500A1.500 1.500 0 0 1 5.500 6H18v3H5.500A1.500 1.500 0 0 1 4 7.500zM4 7.500V18a1.500 1.500 0 0 0 1.500 1.500H20V9h-2m-2 5.300h.010',
  check: 'M5 12.500l4.500 4.500L19 7.500',
  minus: 'M6 12h12',
  plus: 'M6 12h12M12 6v12',
  bin: 'M5 7h14M10 7V5h4v2m-7 0 1 12h8l1-12m-7 4v5m4-5v5'
}

export function drawing(name) {
  return DRAWINGS[kind(name)] || DRAWINGS.other
}

export function tone(name) {
  return WARM.includes(kind(name)) ? 'warm' : 'fresh'
}

function kind(name) {
  return Object.keys(KINDS).find((key) => KINDS[key].includes(name)) || name
}
