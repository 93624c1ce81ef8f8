import { shallowMount } from '@vue/test-utils'
import VarietyList from '@/views/VarietyList.vue'

test('an empty list', () => {
  global.fetch = jest.fn().mockResolvedValue({ json: () => [] })
  expect(shallowMount(VarietyList).findAll('li')).toHaveLength(0)
})
