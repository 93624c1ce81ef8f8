import { createRouter, createWebHistory } from 'vue-router'
import VarietyList from './views/VarietyList.vue'

export default createRouter({
  history: createWebHistory(),
  routes: [{ path: '/', component: VarietyList }]
})
