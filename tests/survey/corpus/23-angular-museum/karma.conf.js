module.exports = (config) => {
  config.set({
    frameworks: ['jasmine', '@angular-devkit/build-angular'],
    coverageReporter: {
      dir: require('path').join(__dirname, './coverage'),
      check: { global: { statements: 65 } },
    },
    browsers: ['Chrome'],
  });
};
