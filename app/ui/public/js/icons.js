// Line drawings, 24 × 24. A product's `picture` is its category; `drawing` finds the line drawing for it.
import { DRINKS } from './icons/drinks.js'
import { FOOD } from './icons/food.js'
import { GOODS } from './icons/goods.js'

// Categories of menus that come from outside, under their nearest drawing.
const ALIKE = {
  drink: ['soda'],
  bakery: ['bread'],
  sandwich: ['burger', 'wrap'],
  congee: ['soup'],
  cake: ['dessert'],
  combo: ['set']
}

const SIGNS = {
  other: 'M5 8h14l-1 12H6zm4 0a3 3 0 0 1 6 0',
  clock: 'M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zm0 4v4l3 2',
  place: 'M12 21c-4-4.500-6-7.500-6-10.500a6 6 0 0 1 12 0C18 13.500 16 16.500 12 21zm0-8.500a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  spark: 'M12 4l1.800 5.200L19 11l-5.200 1.800L12 18l-1.800-5.200L5 11l5.200-1.800z',
  lock: 'M7 11h10a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1zm2 0V8a3 3 0 0 1 6 0v3',
  wallet: 'M4 7.500A1.500 1.500 0 0 1 5.500 6H18v3H5.500A1.500 1.500 0 0 1 4 7.500zM4 7.500V18a1.500 1.500 0 0 0 1.500 1.500H20V9h-2m-2 5.300h.010',
  key: 'M14.500 4a5.500 5.500 0 1 1-2 10.600L11 16H9v2H7v2H4v-3l6.300-6.300A5.500 5.500 0 0 1 14.500 4zM16 8h.010',
  check: 'M5 12.500l4.500 4.500L19 7.500',
  minus: 'M6 12h12',
  plus: 'M6 12h12M12 6v12',
  bin: 'M5 7h14M10 7V5h4v2m-7 0 1 12h8l1-12m-7 4v5m4-5v5'
}

const DRAWINGS = { ...SIGNS, ...DRINKS, ...FOOD, ...GOODS }

export function drawing(name) {
  return DRAWINGS[kind(name)] || DRAWINGS.other
}

export function tone(name) {
  return kind(name) in FOOD ? 'warm' : 'fresh'
}

function kind(name) {
  return Object.keys(ALIKE).find((key) => ALIKE[key].includes(name)) || name
}
