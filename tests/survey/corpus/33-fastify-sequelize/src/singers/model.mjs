import { DataTypes, Sequelize } from 'sequelize'

export const db = new Sequelize({ dialect: 'sqlite', storage: process.env.DB ?? ':memory:', logging: false })

export const Singer = db.define('singer', { name: DataTypes.STRING, voice: DataTypes.STRING(8) }, { timestamps: false })
